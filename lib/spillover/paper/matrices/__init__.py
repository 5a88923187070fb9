"""The inverse problem: which weights matrices did the authors use?"""
