EGAD=$(dirname "$EGAD")/egad-bench
bench() { show "$@" | sed 's/^\$ egad/$ egad-bench/'; }
bench --help
bench extra
bench --work nothing
bench --model nothing
bench --batch 0
bench --shape 3x
bench --work search-fm
bench --model kdd-gan --work score-fm
bench --work start --profile
bench --work score-all --profile
bench --compare
bench --compare a.jsonl
bench --compare a.jsonl b.jsonl c.jsonl
bench --compare absent.jsonl absent.jsonl
echo '# Speed' >text.md
bench --compare text.md text.md
: >empty.jsonl
bench --compare empty.jsonl empty.jsonl
record() { # WORK BATCH ROWS DEVICE MS MORE
    printf '{"work":"%s","batch":%d,"rows":%d,"device":"%s","ms_median":%s%s}\n' "$@"
}
{ record m/score 50 50 one 2.0 ''; echo '{"work":"m/train","batch":50,"rows":50}'; } >part.jsonl
bench --compare part.jsonl part.jsonl
# Medians of records of the same work; score-all has the library's batch size.
for ms in 1.0 3.0 2.0; do record m/score 50 50 one $ms ''; done >a.jsonl
record m/score-all 512 9000 one 100 '' >>a.jsonl
record m/search 50 50 one 0.5 ',"steps":500' >>a.jsonl
record m/only 50 50 one 1.0 '' >>a.jsonl
record m/score 50 50 one 1.0 '' >b.jsonl
record m/score 50 50 two 8.0 '' >>b.jsonl
record m/score-all 1024 9000 one 150 '' >>b.jsonl
record m/search 50 50 one 0.5 ',"steps":100' >>b.jsonl
bench --compare a.jsonl b.jsonl
# Devices that are in one file only are compared with each other.
record m/score 50 50 two 8.0 '' >c.jsonl
bench --compare a.jsonl c.jsonl
record m/other 50 50 one 8.0 '' >d.jsonl
bench --compare a.jsonl d.jsonl
