#!/usr/bin/env python3
"""The table of compare.sh: medians over rounds, and how many times faster egad is.

    table.py RECORDS.jsonl      one JSON object per line, as egad-bench and peers.py print them
"""
import json
import statistics
import sys

records = [json.loads(line) for line in open(sys.argv[1])]
ours = next(r for r in records if r["peer"] == "egad")
print(f"egad {ours['commit']} on {ours['device']}, {ours['units']} units, driver {ours['driver']}\n")
peers = [p for p in ("eager", "compile", "onnxruntime") if any(r["peer"] == p for r in records)]
names = {"eager": "PyTorch", "compile": "PyTorch compiled", "onnxruntime": "ONNX Runtime"}
print("| median ms (least .. most of the rounds) | egad |", " | ".join(names[p] for p in peers), "| egad is faster than the best by |")
print("|---" * (len(peers) + 3) + "|")
for work in dict.fromkeys(r["work"] for r in records):
    cells, medians = [], {}
    for peer in ["egad"] + peers:
        ms = [r["ms_median"] for r in records if r["work"] == work and r["peer"] == peer]
        if ms:
            medians[peer] = statistics.median(ms)
            cells.append(f"{medians[peer]:.4g} ({min(ms):.4g} .. {max(ms):.4g})")
        else:
            cells.append("-")
    best = min(v for p, v in medians.items() if p != "egad")
    print(f"| {work} |", " | ".join(cells), f"| {best / medians['egad']:.2f} |")
