"""What certificates are asked for with: a request's configuration each, and a list for whoever renews them.

No key is made here and none is asked for: that happens on the machine that will show the certificate, or at the CA.
Left out: how a service takes a new certificate, which is each product's own.
"""

from rendering.target import Judge, Target
from templates.certificates.context import files
from templates.certificates.verify import verify

TARGET = Target(
    name="certificates",
    title="Certificates: what each is asked for with, and a list, in Danish",
    files=files,
    verify=verify,
    consumer="OpenSSL 3; whoever renews certificates",
    judges=(
        Judge("program", "openssl", "that a request by it bears the names", "3.0"),
        Judge(
            "program",
            "openssl",
            "that a certificate by it is taken for each of its names and for no other",
            "3.0",
            "tests/native/test_certificates.py",
        ),
    ),
    unjudged="that a CA takes a request: none of a vendor was asked",
)
