"""Ranks whose environments differ: mpirun does not forward variables to other hosts, and hosts have their own."""
import os
import subprocess

import pinpoint_cli as cli

MODEL = {"layers": 4, "heads": 4, "kv_heads": 2, "width": 32, "mlp_width": 48, "vocabulary": 300, "pairs": 4, "tokens": 12}
ENDS_WITHIN = 120  # seconds, on a machine with other work; a job that hangs would not end at all

# One list per rank, for `env`.
ENVIRONMENTS = [["OMP_NUM_THREADS=2", "LANG=C"],
                ["-u", "OMP_NUM_THREADS", "SLURM_CPUS_PER_TASK=1", "CUDA_VISIBLE_DEVICES="],
                ["-u", "OMP_NUM_THREADS", "-u", "SLURM_CPUS_PER_TASK", "XDG_CACHE_HOME=/nonexistent"]]


class Environments(cli.ProgramTest):
    def setUp(self):
        super().setUp()
        self.model = cli.random_llama(self.folder / "model", **MODEL)
        self.config = cli.write_config(self.folder / "job.yaml", self.model, self.folder / "out", tile_rows=4)

    def run_ranks(self, *words, only_rank_1=()):
        """Each rank with its own environment, and rank 1 with further options."""
        launch = ["mpirun", "--oversubscribe"]
        for rank, environment in enumerate(ENVIRONMENTS):
            launch += [*([":"] if rank > 0 else []), "-n", "1", "env", *environment, cli.PINPOINT, *map(str, words),
                       *(only_rank_1 if rank == 1 else [])]
        done = subprocess.run(launch, capture_output=True, text=True, timeout=ENDS_WITHIN, env=os.environ, check=False)
        return cli.Result(done.returncode, done.stdout, done.stderr)

    def test_sweep(self):
        for shard in (1, "world"):
            out = self.folder / f"out-{shard}"
            result = self.run_ranks("sweep", self.config, "--set", f"parallel.shard={shard}", "--set", f"output={out}")
            self.assert_status(result, 0)
            self.assertIn("3 ranks on 1 host", result.errors)
            self.assert_status(cli.run("check", out / "effects.h5"), 0)

    def test_tuning_of_heads_and_of_every_weight(self):
        self.assert_status(self.run_ranks("sweep", self.config), 0)
        data = self.folder / "train.jsonl"
        data.write_text("".join(
            f'{{"tokens": {[7 * i + j + 1 for j in range(10)]}, "labels": {[0] * 5 + [1] * 5}}}\n' for i in range(6)))
        for method in ("spt", "sft"):
            out = self.folder / method
            heads = ["--set", f"select.heads={self.folder / 'out' / 'heads.json'}"]
            result = self.run_ranks("tune", self.config, "--set", f"tune.data={data}", "--set", f"tune.method={method}",
                                    "--set", "tune.epochs=1", "--set", "tune.batch=3", "--set", f"output={out}", *heads)
            self.assert_status(result, 0)

    def test_a_file_that_one_host_cannot_read_ends_the_job(self):
        for option, message in ((["--set", "sweep.pairs=/nonexistent.jsonl"], "/nonexistent.jsonl"),
                                (["--set", "model.path=/nonexistent"], "/nonexistent"),
                                (["--set", "parallel.threads=none"], "parallel.threads")):
            result = self.run_ranks("sweep", self.config, only_rank_1=option)
            self.assert_status(result, 2)
            self.assertIn("error: rank 1: ", result.errors)
            self.assertIn(message, result.errors)


if __name__ == "__main__":
    cli.main()
