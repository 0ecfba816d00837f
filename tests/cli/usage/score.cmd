show score
show score --model m
show score --model m --data d --alpha 1.5
show score --model m --data d --rows some
show score --model m --data d --false-alarms 1
show eval
show eval --model m --data d --fraction 0
show eval --model m --data d --rows train
show eval --model m --data d --json=1
show explain
show explain --model m --data d --top 0
show explain --model m --data d --row 1,a
show explain --model m --data d --row ,
show explain --model m --data d.csv --rows test
show threshold
show threshold m --set 1
show threshold m --set-score 1e
show threshold m --set-score nan
show threshold m --score fm
show threshold m --rows 10
show threshold m --steps 10
# A list given twice; a model given twice, as the first word and by its option.
show explain --model m --data d --row 1 --row 2
show score m --model m --data d
show threshold m --model m
show report --model m --data d
show score m d
# Options of the output that do not fit it.
show score m --data d --with-input -o x.h5
show score m --data d.png --with-input
show score m --data d --sort --errors row
show score m --data d.h5 --id name
show report m --data d.png --id name -o page
show report m --data d --score sigma --all-scores -o page
show detect
show detect d.h5
show detect d --label kind
# Options of imports, and percentages as people write them.
show score --model m --data d --label kind
show score --model m --data d --drop=id,time
show eval --model m --data d --missing mean
show explain --model m --data d --split-column part
show report m --data d --drop id -o page
show score --model m --data d --dro id
show score --model m --data d --false-alarms 5%
show score --model m --data d --false-alarms '0.5 %'
show score --model m --data d --false-alarms 500%
show score --model m --data d --false-alarms 0,05
show score --model m --data d --false-alarms '0,5 %'
show score --model m --data d --false-alarms 1,05
show score --model m --data d --alpha 0,5
show score --model m --data d --max-delay-ms 1,5
# Threshold options of the wrong command.
show threshold m --false-alarms 0.1
show threshold m 0.1
show threshold m --set-score 1e99
show score --model m --data d --threshold 3
show score --model m --data d --threshold=3
# Options that do not fit the kind of data.
show score --model m --data d.csv --rows test
show eval --model m --data d.csv
show eval --model m --data d.h5 --label kind --normal a
show report m --data d.png --label kind --normal a -o page
