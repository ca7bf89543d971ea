"""The one `sunline` command line."""
