#!/usr/bin/env python3
"""The table of compare.sh: medians over rounds, what the operations would take at the device's peak, and how many times faster egad is.

    table.py RECORDS.jsonl      one JSON object per line, as egad-bench and peers.py print them
"""
import json
import statistics
import sys

NAMES = {"eager": "PyTorch", "compile": "PyTorch compiled", "onnxruntime": "ONNX Runtime"}


def cell(ms):
    return f"{statistics.median(ms):.4g} ({min(ms):.4g} .. {max(ms):.4g})" if ms else "-"


def label(ours):
    return ours["work"] + (f", a step of {ours['steps']}" if "steps" in ours else "")


def main(path):
    records = [json.loads(line) for line in open(path)]
    egad = [r for r in records if r["peer"] == "egad"]
    if not egad:
        sys.exit(f"table.py: '{path}' has no record of egad")
    first = egad[0]
    peers = [p for p in NAMES if any(r["peer"] == p for r in records)]
    peaks = [r["peak_gflops"] for r in egad if "peak_gflops" in r]
    peak = max(peaks, default=None)  # a peak: the others were disturbed
    print(f"egad {first['commit']} on {first['device']}, {first['units']} units, driver {first['driver']}")
    if peak:
        print(f"Peak, measured: {peak:.4g} GFLOP/s, the most of {len(peaks)} runs")
    head = ["median ms (least .. most of the rounds)", "egad"] + [NAMES[p] for p in peers]
    if peak:
        head.append(f"limit at {peak:.0f} GFLOP/s")
    head.append("egad is faster than the best by")
    print("\n| " + " | ".join(head) + " |\n" + "|---" * len(head) + "|")
    for work in dict.fromkeys(r["work"] for r in egad):
        ms = {p: [r["ms_median"] for r in records if r["work"] == work and r["peer"] == p] for p in ["egad"] + peers}
        ours = next(r for r in egad if r["work"] == work)
        row = [label(ours)] + [cell(ms[p]) for p in ["egad"] + peers]
        if peak:
            row.append(f"{1e-6 * ours['flops'] / peak:.3g}" if ours.get("flops") else "-")
        others = [statistics.median(ms[p]) for p in peers if ms[p]]
        row.append(f"{min(others) / statistics.median(ms['egad']):.2f}" if others else "-")
        print("| " + " | ".join(row) + " |")


if __name__ == "__main__":
    main(sys.argv[1])
