# Shared by the batch scripts: runs a command of pinpoint as a Slurm job that is requeued until it is done.
# Sourced, not run. `home` is the project's folder.
# shellcheck shell=bash

# The status of a process that USR1 killed.
readonly ENDED_BY_USR1=138

# srun if Slurm supports PMIx, else the mpirun that the program was built with.
choose_launcher() {
  if srun --mpi=list 2>&1 | grep -q pmix; then
    launcher=(srun --mpi=pmix --kill-on-bad-exit=1)
  else
    launcher=(mpirun -n "${SLURM_NTASKS:-1}")
  fi
}

say_where_it_runs() {
  echo "== $(date --iso-8601=seconds) job ${SLURM_JOB_ID:-none}, start ${SLURM_RESTART_COUNT:-0}, on ${SLURM_JOB_NODELIST:-$(hostname)}"
  env | grep -E '^(SLURM|OMP|OMPI|PMIX|CUDA|PINPOINT)_' | sort
  "$pinpoint" --version
}

# Slurm signals this shell before the time limit (USR1) and at preemption (TERM). The launcher passes USR1 on to the ranks,
# which save and end with 75. On TERM it would kill them.
handle_signals() {
  ranks=
  signalled=no
  trap 'signalled=yes; [[ -z $ranks ]] || kill -USR1 "$ranks"' USR1 TERM
}

# Starts the launcher, unless a signal has arrived already, and sets `status` to its exit status.
launch() {
  status=75
  [[ $signalled == no ]] || return
  "${launcher[@]}" "$@" &
  ranks=$!
  [[ $signalled == no ]] || kill -USR1 "$ranks"
  # A trapped signal ends `wait` early, so wait again until the launcher has ended.
  while true; do
    signalled=no
    wait "$ranks"
    status=$?
    [[ $signalled == yes ]] || break
  done
}

# run_until_done COMMAND CONFIG [OPTION...]: never returns.
run_until_done() {
  if [[ $# -lt 2 ]]; then
    echo "usage: sbatch slurm/$1.sbatch CONFIG [option of pinpoint $1...]" >&2
    exit 2
  fi
  pinpoint=${PINPOINT:-$home/build/release/src/pinpoint}
  if [[ -z ${PINPOINT:-} && ! -x $pinpoint && -x $home/../../bin/pinpoint ]]; then
    pinpoint=$home/../../bin/pinpoint  # installed: home is PREFIX/share/pinpoint
  fi
  readonly pinpoint
  export OMP_NUM_THREADS=${SLURM_CPUS_PER_TASK:-1}
  handle_signals
  say_where_it_runs || exit
  choose_launcher
  launch "$pinpoint" "$@"
  echo "== $(date --iso-8601=seconds) status $status"
  # 75: stopped early with everything saved, so requeue. The same if the signal arrived before the program or the
  # launcher handled it. 76: OUT/STOP requested the end, so do not requeue.
  if [[ $status -eq 75 || $status -eq $ENDED_BY_USR1 ]]; then
    scontrol requeue "$SLURM_JOB_ID"
  fi
  exit "$status"
}
