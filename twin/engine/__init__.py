"""The side of the SDKs and the engine: schemas, checks, differences, and the gRPC server that the engine calls."""
