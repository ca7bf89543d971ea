"""TM Forum Open APIs: their words stay in this folder."""
