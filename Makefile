# Each target makes the virtual environment it needs; `make VENV=path ...` uses another one.
VENV ?= .venv
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := $(abspath $(VENV))/bin
PROJECT := pyproject.toml setup.py
FOLDERS := schema archive reader writer conformance

.PHONY: demo test test-bodies test-peers array-api-tests test-gpu bench numerics lint generate typed clean

demo: $(VENV)/.tracebox-demo
	$(BIN)/python -m demo.run

test: $(VENV)/.tracebox-test
	$(BIN)/python -m pytest -q -n auto --dist worksteal $(ARGS)

# The whole suite once more, with composites run by their bodies.
test-bodies: $(VENV)/.tracebox-test
	TRACEBOX_NATIVE=0 $(BIN)/python -m pytest -q -n auto --dist worksteal $(ARGS)

test-peers: $(VENV)/.tracebox-peers
	$(BIN)/python -m pytest -q -m peers $(ARGS)

# SUITE is a checkout of data-apis/array-api-tests; a run that was cut off goes on where it stopped.
array-api-tests: $(VENV)/.tracebox-array-api
	$(BIN)/python -m tests.array_api.run $(SUITE) $(ARGS)

test-gpu: $(VENV)/.tracebox-gpu
	$(BIN)/python -m pytest -q -m gpu $(ARGS)

bench: $(VENV)/.tracebox-peers
	$(BIN)/python -m benchmarks $(ARGS)

# The largest error of every operator, into its table. Takes minutes; ARGS="--state FILE" goes on where it was stopped.
numerics: $(VENV)/.tracebox-test
	$(BIN)/python -m tracebox.conformance.numerics --samples 10000 --write docs/numerics.md $(ARGS)

lint: $(VENV)/.tracebox-test typed
	$(BIN)/ruff check .
	$(BIN)/mypy -p tracebox
	$(BIN)/mypy tests demo benchmarks setup.py

# Files that follow from the declarations; a test compares them.
generate: $(VENV)/.tracebox-test typed
	$(BIN)/python -m tracebox.schema.generate
	$(BIN)/python -m tracebox.schema.program_schema > build/program.schema.json
	mv build/program.schema.json schema/program.schema.json
	$(BIN)/python -m tracebox.conformance.generate
	$(BIN)/python -m tracebox.conformance.generate.program
	$(BIN)/python -m tracebox.conformance.generate.archives
	$(BIN)/python -m tracebox.conformance.generate.checks
	$(BIN)/python -m tests.reference
	$(BIN)/python -m tracebox.conformance.generate.sessions
	$(BIN)/python -m tracebox.conformance.generate.texts

# mypy does not follow setuptools' package-dir; it does follow this tree of links.
typed:
	@mkdir -p build/typed/tracebox
	@for f in __init__.py xp.pyi py.typed; do ln -sfn ../../../facade/$$f build/typed/tracebox/$$f; done
	@for f in $(FOLDERS); do ln -sfn ../../../$$f build/typed/tracebox/$$f; done

clean:
	rm -rf build .venv *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

# ONNX Runtime is the demo's yardstick; it goes without where there is no wheel.
$(VENV)/.tracebox-demo: $(PROJECT) | $(VENV)/bin/python
	$(BIN)/python -m pip install -q -e . "onnxruntime>=1.20" || $(BIN)/python -m pip install -q -e .
	@touch $@

$(VENV)/.tracebox-%: $(PROJECT) | $(VENV)/bin/python
	$(BIN)/python -m pip install -q -e ".[$(EXTRAS)]"
	@touch $@

$(VENV)/.tracebox-test: EXTRAS = test
$(VENV)/.tracebox-array-api: EXTRAS = test,array-api
$(VENV)/.tracebox-peers: EXTRAS = test,peers
$(VENV)/.tracebox-gpu: EXTRAS = test,cupy
