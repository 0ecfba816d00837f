"""The examples of docs/python.md and of README.md run, with few epochs."""

import re
import subprocess
from pathlib import Path

import pytest

root = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("document", ["docs/python.md", "README.md"])
def test_examples(document, tmp_path, monkeypatch):
    pytest.importorskip("pandas")
    pytest.importorskip("sklearn", minversion="1.6")
    monkeypatch.chdir(tmp_path)
    with open("machine.csv", "wb") as table:
        subprocess.run(["awk", "-f", root / "data/machine.awk"], stdout=table, check=True)
    Path("new.csv").write_text(
        "mode,load,temperature,fan\nfull,82.0,66.2,1624\nfull,82.0,66.2,1154\n"
    )
    text = (root / document).read_text()
    examples = re.findall(r"^```python\n(.*?)^```", text, re.M | re.S)
    assert examples
    names = {}
    for example in examples:
        exec(example.replace("Detector()", "Detector(epochs=1)", 1), names)
