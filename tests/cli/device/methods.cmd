# Methods without networks, from training to a comparison, for tables and images.
given flows.csv flows.h5
bars train 60
bars t10k 20
"$EGAD" data import mnist . --anomalous 2 -o bars.h5 >/dev/null

for model in nearest pca; do
    for data in flows bars; do
        file=$model-$data.h5
        says "$model trained" train --model $model --data $data.h5 -o $file --quiet
        says '/method/' inspect $file
        says row,score,p_value,flagged,label,id,file,unseen,outside,error score --model $file --data $data.h5
        cp says.out scores.csv
        not grep -iE 'nan|inf' scores.csv
        says AUROC eval --model $file --data $data.h5
        says 'its reconstruction' explain --model $file --data $data.h5 --top 1
        says 'false-alarm rate 1 %' threshold $file
        says report.html report $file --data $data.h5 -o report-$file
        not grep -E 'Latent space|Spectrum|learning rate' report-$file/report.html
        # Trained again it is the same; to resume it there is nothing left.
        says "already trained to its last epoch" train --resume --data $data.h5 -o $file
        "$EGAD" train --model $model --data $data.h5 -o again.h5 --quiet >/dev/null
        cmp <("$EGAD" score --model again.h5 --data $data.h5 2>/dev/null) scores.csv
        rm again.h5
    done
done

# By definition: with 1 and 3 as training rows, scaled to 0 and 1, 4 is half as far from 3.
printf '%s\n' a,part,kind 1,train,normal 3,train,normal 4,test,attack >three.csv
"$EGAD" data import csv three.csv --label kind --normal normal --split-column part -o three.h5 \
    >/dev/null
"$EGAD" train --model nearest --recipe minmax --data three.h5 -o three-model.h5 --quiet >/dev/null
"$EGAD" score --model three-model.h5 --data three.h5 2>/dev/null | grep '^2,0.5,'

# Settings of networks mean nothing here, and what needs networks says so.
fails 1 'nearest has no epochs' train --resume --epochs 3 --data flows.h5 -o nearest-flows.h5
fails 1 'nearest has no training iterations to profile' models nearest --plan
fails 1 'pca has no networks to draw' models pca --dot
fails 2 "pca has no score 'sigma'; it has residual, l1 and mahalanobis" score \
    --model pca-flows.h5 --data flows.h5 --score sigma
fails 2 'which does not search' score --model nearest-flows.h5 --data flows.h5 --steps 5
says 'tables and images, without networks' models

# They take part in a comparison by default.
says 'nearest distance' compare --data flows.h5 --models kdd-bigan,nearest,pca --seeds 1 \
    --epochs 2 --quiet -o compared
grep -F 'pca mahalanobis' says.out

# A damaged file is refused, and so is other data.
head -c $(($(wc -c <nearest-flows.h5) - 99)) nearest-flows.h5 >cut.h5
fails 1 "'cut.h5'" score --model cut.h5 --data flows.h5
fails 1 "'bars.h5'" score --model nearest-flows.h5 --data bars.h5
