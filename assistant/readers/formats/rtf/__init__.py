"""RTF: what Word, LibreOffice or an old text processor saved as text with control words."""
