#!/bin/sh
# train-aot.sh APP: gives the application in APP an AOT cache for its present jars and runtime.
# One process is recorded, so this command should touch whatever ordinary commands touch.
set -eu

training='train-aot'

app=$1
aot=$app/aot
log=$app/train-aot.log

train() {
  rm -rf "$aot"
  mkdir -p "$aot"
  # shellcheck disable=SC2086 # words on purpose
  PENSTOCK_AOT=train "$app/bin/penstock" $training
}

# Failure is fine: without a cache Penstock only starts slower.
train >"$log" 2>&1 || rm -rf "$aot"
