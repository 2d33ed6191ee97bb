"""A rank that fails while the others wait for it ends the whole job at once, with its message and status."""
import os

import pinpoint_cli as cli

FAILING_RANK = os.environ["PINPOINT_FAILING_RANK"]
ENDS_WITHIN = 60  # seconds, on a machine with other work; a job that hangs would not end at all


class FailingRank(cli.ProgramTest):
    def run_and_fail(self, where):
        return cli.run(where, self.folder, ranks=3, program=FAILING_RANK, timeout=ENDS_WITHIN)

    def assert_ends(self, where):
        result = self.run_and_fail(where)
        self.assert_status(result, 1)
        self.assertIn("error: rank 1 has no memory left", result.errors)

    def test_in_an_exchange_of_rows(self):
        self.assert_ends("row_exchange")

    def test_in_a_fetch_of_weights(self):
        self.assert_ends("fetcher")

    def test_during_a_sum_of_gradients(self):
        self.assert_ends("gradients")

    def test_while_ranks_write_one_file(self):
        self.assert_ends("parallel_file")

    def test_in_a_call_of_a_library_that_the_others_cannot_leave(self):
        self.assert_ends("library")

    def test_a_slice_read_ahead_that_nobody_uses_is_only_a_warning(self):
        result = self.run_and_fail("unused_fetch")
        self.assert_status(result, 0)
        self.assertIn("warning: rank 1 has no memory left (read ahead and not used)", result.errors)


if __name__ == "__main__":
    cli.main()
