VENV := .venv
UV := $(VENV)/bin/uv

lock:
	$(UV) pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url \
	  --no-annotate --python-version 3.11 --extra book --extra test pyproject.toml -o requirements.txt
