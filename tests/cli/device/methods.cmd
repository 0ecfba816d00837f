# Models other than GANs, from training to a comparison, for tables and images: methods
# without networks, then variational autoencoders.
given flows.csv flows.h5
bars train 60
bars t10k 20
"$EGAD" data import mnist . --anomalous 2 -o bars.h5 >/dev/null

for model in nearest pca ocsvm; do
    for data in flows bars; do
        file=$model-$data.h5
        says "$model trained" train --model $model --data $data.h5 -o $file --quiet
        says '/method/' inspect $file
        says row,score,p_value,flagged,label,id,file,unseen,outside,error score --model $file --data $data.h5
        cp says.out scores.csv
        not grep -iE 'nan|inf' scores.csv
        says AUROC eval --model $file --data $data.h5
        says 'reconstruction' explain --model $file --data $data.h5 --top 1
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

# Of a one-class SVM: with nu 1 all rows are support vectors, and with --rows that many.
says 'ocsvm trained' train --model ocsvm --data flows.h5 --nu 1 --gamma .25 --rows 30 --hold-out 0 \
    -o own.h5
grep -E '^fitted to: [0-9]+ support vectors, of [0-9]+ different rows of 30; nu 1, gamma 0.25, rho ' \
    says.err
grep -F '30 training rows' says.err
says 'already trained' train --resume --data flows.h5 --nu 1 --gamma .25 --rows 30 -o own.h5
fails 1 "--nu differs from 'own.h5', which has rows 30, nu 1, gamma 0.25" train --resume --nu .5 \
    --data flows.h5 -o own.h5
fails 1 "--rows differs from" train --resume --rows 31 --data flows.h5 -o own.h5
fails 1 "--gamma differs from" train --resume --gamma 1 --data flows.h5 -o own.h5
says 'outside_above' inspect own.h5
says 'nu 0.01, gamma 1 / columns' models ocsvm
"$EGAD" threshold own.h5 --set-score 1e-4 --score decision >/dev/null
says flagged score --model own.h5 --data flows.h5
fails 2 '--nu 0' train --model ocsvm --data flows.h5 --nu 0 -o no.h5
fails 2 '--nu' train --model ocsvm --data flows.h5 --nu 1.5 -o no.h5
fails 2 '--gamma' train --model ocsvm --data flows.h5 --gamma 0 -o no.h5
fails 1 'nearest has no nu' train --model nearest --data flows.h5 --nu .1 -o no.h5
# --rows is for all models: the same rows train, and a resumed training sees the same.
"$EGAD" train --model nearest --data flows.h5 --rows 40 --quiet -o few.h5 >/dev/null
"$EGAD" inspect few.h5 | grep -E '/method/rows  \((40|3[0-9]) x'

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

# ---- Variational autoencoders

for pair in kdd-vae:flows mnist-vae:bars mnist-vae-bernoulli:bars; do
    model=${pair%:*} data=${pair#*:}
    file=$model.h5
    says "$model trained, 2 epochs" train --model $model --data $data.h5 -o $file --epochs 2
    grep 'reconstruction .* kl ' says.err
    says /model/decoder/dense2/kernel inspect $file
    grep -F 'loss_reconstruction' says.out
    says row,score,p_value,flagged,label,id,file,unseen,outside,error score --model $file --data $data.h5
    not grep -iE 'nan|inf' says.out
    says rp_log_mean eval --model $file --data $data.h5
    grep -E 'elbo +l2 +l1' says.out
    not grep -iE 'nan|inf' says.out
    says 'reconstruction' explain --model $file --data $data.h5 --top 1
    says 'false-alarm rate 1 %' threshold $file
    says report.html report $file --data $data.h5 -o report-$model
    for score in rp_log_mean elbo l2 l1; do
        says "scored by $score" score --model $file --data $data.h5 --score $score -o $score.csv
        rm $score.csv
    done
done

# A row's score depends on the row alone: not on its place, nor on the rows beside it.
"$EGAD" score --model kdd-vae.h5 --data flows.h5 --rows all 2>/dev/null | cut -d, -f2 >all
"$EGAD" score --model kdd-vae.h5 --data flows.h5 2>/dev/null | cut -d, -f1,2 >test
while IFS=, read -r row score; do
    [ "$row" = row ] || test "$(sed -n $((row + 2))p all)" = "$score"
done <test

# Killed and resumed, it is the same, and so is a second training.
cp flows.h5 long.h5
vae="--data long.h5 --model kdd-vae --recipe paper --batch 10 --epochs 6 --seed 3"
"$EGAD" train $vae -o whole.h5 --quiet >/dev/null
cut_train KILL 0 $vae
says 'trained, 6 epochs' train --resume --data long.h5 -o parts.h5 --quiet || says already train \
    --resume --data long.h5 -o parts.h5
same_model whole.h5 parts.h5
"$EGAD" train $vae -o again.h5 --quiet >/dev/null
same_model whole.h5 again.h5

# ---- ALAD

says 'kdd-alad trained, 2 epochs' train --model kdd-alad --data flows.h5 -o alad.h5 --epochs 2
grep 'dis_xz .* dis_xx .* dis_zz .* enc .* gen .* cycle_x .* cycle_z ' says.err
says /model/discriminator_xx/out/kernel inspect alad.h5
grep -F 'loss_cycle_z' says.out
says row,score,p_value,flagged,label,id,file,unseen,outside,error score --model alad.h5 --data flows.h5
not grep -iE 'nan|inf' says.out
says combined eval --model alad.h5 --data flows.h5
grep -E 'fm +ch +l1 +l2' says.out
not grep -iE 'nan|inf' says.out
says 'reconstruction' explain --model alad.h5 --data flows.h5 --top 1
says 'false-alarm rate 1 %' threshold alad.h5
says report.html report alad.h5 --data flows.h5 -o report-alad
for score in fm ch l1 l2; do
    says "scored by $score" score --model alad.h5 --data flows.h5 --score $score -o $score.csv
    rm $score.csv
done
alad="--data long.h5 --model kdd-alad --recipe release --batch 10 --epochs 6 --seed 3"
cp flows.h5 long.h5
"$EGAD" train $alad -o whole-alad.h5 --quiet >/dev/null
rm parts.h5
cut_train KILL 0 $alad
says 'trained, 6 epochs' train --resume --data long.h5 -o parts.h5 --quiet || says already train \
    --resume --data long.h5 -o parts.h5
same_model whole-alad.h5 parts.h5
"$EGAD" train $alad -o again-alad.h5 --quiet >/dev/null
same_model whole-alad.h5 again-alad.h5
says 'scored by fm' score --model whole-alad.h5 --data flows.h5 -o fm.csv
says 'kdd-alad fm' compare --data flows.h5 --models kdd-alad,pca --seeds 1 --epochs 2 --quiet \
    -o compared-alad
says 'Zenati et al., 2018, ALAD, for rows of 121 columns' models kdd-alad
grep -F 'discriminator_xx, of x, x' says.out
grep -F 'fm            |f(x, x) - f(x, G(E(x)))|' says.out
says 'D_zz(z, E(G(z)))' models kdd-alad --dot
says discriminator_zz/dense1 models kdd-alad --plan
fails 1 "there is no recipe 'paper'; there are sound, release" train --model kdd-alad \
    --data flows.h5 --recipe paper -o no.h5
fails 2 "kdd-alad has no score 'sigma'" score --model alad.h5 --data flows.h5 --score sigma
head -c $(($(wc -c <alad.h5) - 99)) alad.h5 >cut.h5
fails 1 "'cut.h5'" score --model cut.h5 --data flows.h5
fails 1 "'bars.h5'" score --model alad.h5 --data bars.h5

# For images, which MNIST's are once they are padded; the vectors of spectral normalisation are
# in the file, and scoring leaves them as they are.
"$EGAD" data import mnist . --anomalous 2 --pad 16 -o padded.h5 >/dev/null
fails 1 'cannot be padded to 4 x 4' data import mnist . --pad 4 -o no.h5
"$EGAD" data import mnist . --pad 12 -o twelve.h5 >/dev/null
fails 1 'divisible by 8' train --model image-alad --data twelve.h5 -o no.h5
says 'image-alad trained, 1 epoch' train --model image-alad --data padded.h5 --batch 20 \
    --epochs 1 -o image.h5
says /model/discriminator_xx/conv2/u inspect image.h5
says row,score,p_value,flagged,label,id,file,unseen,outside,error score --model image.h5 --data padded.h5
not grep -iE 'nan|inf' says.out
cp says.out once
"$EGAD" score --model image.h5 --data padded.h5 2>/dev/null | cmp - once
says 'spectral norm' models image-alad

# By several scores in a comparison, described, and drawn.
says 'kdd-vae rp' compare --data flows.h5 --models kdd-vae,pca --seeds 1 --epochs 2 --quiet \
    -o compared
says 'An and Cho, 2015, for rows of 121 columns' models kdd-vae
grep -F 'z                mean + exp(log variance / 2) e' says.out
grep -F 'rp            mean over 10 samples of -log N(x; m(z), exp v(z) + 0.01)' says.out
says 'elbo        rp and the divergence of z from noise: rp + kl' models mnist-vae-bernoulli
says 'm(mean)' models mnist-vae --dot
says function_backward models kdd-vae --plan

# ---- DAGMM

for model in kdd-dagmm kdd-dagmm-nvi; do
    says "$model trained, 3 epochs" train --model $model --data flows.h5 -o $model.h5 --epochs 3
    grep 'reconstruction .* energy .* penalty ' says.err
    grep -E '^mixture: phi [0-9.e-]+, .*; smallest variance [0-9.e-]+$' says.err
    says '/calibration/sigma  (4 x 3 x 3)' inspect $model.h5
    says row,score,p_value score --model $model.h5 --data flows.h5
    not grep -iE 'nan|inf' says.out
    says energy eval --model $model.h5 --data flows.h5
    says 'reconstruction' explain --model $model.h5 --data flows.h5 --top 1
    says 'false-alarm rate 1 %' threshold $model.h5
    says report.html report $model.h5 --data flows.h5 -o report-$model
done
dagmm="--data long.h5 --model kdd-dagmm --recipe paper --batch 10 --epochs 6 --seed 3"
"$EGAD" train $dagmm -o mixed.h5 --quiet >/dev/null
rm -f parts.h5
cut_train KILL 0 $dagmm
says 'trained, 6 epochs' train --resume --data long.h5 -o parts.h5 --quiet || says already train \
    --resume --data long.h5 -o parts.h5
same_model mixed.h5 parts.h5
says 'relative distance and cosine of x and D(E(x))' models kdd-dagmm
says 'bound of the energy in the batch' models kdd-dagmm-nvi
says mixture_features models kdd-dagmm --plan

# What does not fit is refused in one line.
fails 1 'images' train --model mnist-vae --data flows.h5 -o no.h5
fails 1 "there is no recipe 'release'; there are sound, paper" train --model kdd-vae \
    --data flows.h5 --recipe release -o no.h5
fails 2 "kdd-vae has no score 'sigma'" score --model kdd-vae.h5 --data flows.h5 --score sigma
fails 2 'which does not search' score --model kdd-vae.h5 --data flows.h5 --steps 5
head -c $(($(wc -c <kdd-vae.h5) - 99)) kdd-vae.h5 >cut.h5
fails 1 "'cut.h5'" score --model cut.h5 --data flows.h5
fails 1 "'bars.h5'" score --model kdd-vae.h5 --data bars.h5
test ! -e no.h5
