"""E-mail: mailboxes read by IMAP, messages sent by SMTP."""
