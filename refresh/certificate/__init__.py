"""Monday's certificate: for each site the way of a person from the port in the wall to a desktop, link by link.

It reads what was rendered and what the stacks put out, by the formats alone. It imports nothing of ours beside itself,
so that a fault of the model or of a template can not hide in both (tests/unit/test_architecture.py holds that).
Left out: whether a switch, a server or Citrix took what was rendered; `refresh certify --live` asks what answers.
"""
