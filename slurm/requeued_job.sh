# Shared by the batch scripts: runs a command of pinpoint as a Slurm job that is requeued until it is done
# (docs/restarts.md). Sourced, not run. `home` is the project's folder.
# shellcheck shell=bash

# The status of a process that USR1 killed, and of mpirun when a node is lost.
readonly ENDED_BY_USR1=138 NODE_LOST=205
# Requeues in succession although the program itself never asked for one.
readonly MOST_UNASKED_REQUEUES=3

# The task of an array must be named as such: the array's id, which one task has as its SLURM_JOB_ID, means all tasks.
job=${SLURM_JOB_ID:-none}
if [[ -n ${SLURM_ARRAY_JOB_ID:-} && -n ${SLURM_ARRAY_TASK_ID:-} ]]; then
  job=${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}
fi
readonly job
readonly unasked_requeues=.pinpoint-requeues-$job  # a number, in the folder of submission

say() { echo "== $(date --iso-8601=seconds) $*"; }

# srun if Slurm supports PMIx, else the mpirun that the program was built with.
choose_launcher() {
  if srun --mpi=list 2>&1 | grep -q pmix; then
    # Since 22.05 srun does not inherit --cpus-per-task.
    launcher=(srun --mpi=pmix --kill-on-bad-exit=1 --cpus-per-task="${SLURM_CPUS_PER_TASK:-1}")
    # With the default, one start of ten on several nodes crashes or hangs in MPI_Init (22.05).
    export SLURM_PMIX_FENCE=${SLURM_PMIX_FENCE:-ring}
  else
    # The job's cores are Slurm's choice. By default mpirun would bind one or two ranks to one core each.
    launcher=(mpirun -n "${SLURM_NTASKS:-1}" --bind-to none -x OMP_NUM_THREADS)
  fi
}

# The program needs the times of this start to choose work that fits. Newer versions of Slurm set the variables themselves.
export_times() {
  local begin end
  [[ -z ${SLURM_JOB_END_TIME:-} ]] || return
  read -r begin end < <(squeue --noheader --jobs="$job" --format='%S %e') || return
  [[ -n $begin && -n $end ]] || return
  if begin=$(date --date="$begin" +%s 2>/dev/null) && end=$(date --date="$end" +%s 2>/dev/null); then
    export SLURM_JOB_START_TIME=$begin SLURM_JOB_END_TIME=$end
  fi
}

say_where_it_runs() {
  say "job $job, start ${SLURM_RESTART_COUNT:-0}, on ${SLURM_JOB_NODELIST:-$(hostname)}"
  env | grep -E '^(SLURM|OMP|OMPI|PMIX|CUDA|PINPOINT)_' | sort
  "$pinpoint" --version
}

# Slurm sends USR1 to this shell before the time limit, and TERM when the job is cancelled. The launcher passes USR1 on to
# the ranks, which save and end with 75. On TERM it would kill them. A second USR1 tells the ranks not to finish work that
# is nearly done.
handle_signals() {
  ranks=
  interrupted=no
  warned=no
  cancelled=no
  passed_on=no
  trap 'interrupted=yes; warned=yes; pass_on' USR1
  trap 'interrupted=yes; cancelled=yes; pass_on; sleep 1; pass_on' TERM
}

pass_on() {
  if [[ -n $ranks ]] && kill -USR1 "$ranks" 2>/dev/null; then
    passed_on=yes
  fi
}

# Starts the launcher, unless a signal has arrived already, and sets `status` to its exit status.
launch() {
  status=75
  launched=no
  [[ $warned$cancelled == nono ]] || return
  "${launcher[@]}" "$@" &
  ranks=$!
  launched=yes
  # A signal may have arrived before `ranks` was set.
  [[ $warned$cancelled == nono || $passed_on == yes ]] || pass_on
  # A trapped signal ends `wait` early, so wait again until the launcher has ended.
  while true; do
    interrupted=no
    wait "$ranks"
    status=$?
    [[ $interrupted == yes ]] || break
  done
}

# Whether Slurm still runs the job. During scancel it is COMPLETING, and requeueing would bring it back.
is_running() {
  local state
  [[ $cancelled == no ]] || return 1
  state=$(squeue --noheader --jobs="$job" --format=%T) || return 0
  [[ $state == RUNNING ]]
}

# Another start may help if a signal came too early or a node was lost, but not endlessly. Counts these starts.
may_requeue_unasked() {
  local count
  count=$(($(cat "$unasked_requeues" 2>/dev/null || echo 0) + 1))
  if [[ $count -le $MOST_UNASKED_REQUEUES ]]; then
    echo "$count" >"$unasked_requeues"
    return
  fi
  rm -f "$unasked_requeues"
  say "not requeued: $count starts in succession ended by $1; give the job more time (--time, --signal) or other nodes (--exclude)"
  return 1
}

# Why the job ended without having asked for a requeue, if another start may help.
unasked_reason() {
  if [[ $launched == no ]]; then
    echo "a signal before the program was started"
  elif [[ $status -eq $ENDED_BY_USR1 ]]; then
    echo "a signal before the program handled it"
  elif [[ $status -eq $NODE_LOST ]]; then
    echo "the loss of a node"
  fi
}

# 75: the program stopped early with its work saved. If starts save nothing, it ends with 1 instead. 76: OUT/STOP requested
# the end, so the job is not requeued. Slurm itself requeues preempted jobs, and jobs under srun that lost a node.
requeue_if_useful() {
  local reason
  reason=$(unasked_reason)
  if [[ -n $reason ]] && is_running; then
    may_requeue_unasked "$reason" || return
  else
    rm -f "$unasked_requeues"
    [[ -n $reason || $status -eq 75 ]] || return
  fi
  if ! is_running; then
    say "not requeued, because the job was cancelled or its time is over"
  elif ! scontrol requeue "$job"; then
    say "cannot be requeued (is the job submitted with --no-requeue?); submit the same command again to resume"
  fi
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
  export_times
  say_where_it_runs || exit
  choose_launcher
  launch "$pinpoint" "$@"
  say "status $status"
  requeue_if_useful
  exit "$status"
}
