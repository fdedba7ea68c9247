"""What the security baseline found, in the forms that others read: SARIF for code hosts, Markdown for people."""
