"""The ways to the mobile networks: Kannel over HTTP, SMPP 3.4 direct, and hosted gateways over signed webhooks."""
