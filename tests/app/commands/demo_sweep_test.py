"""The demo's sweep finds the place where the model was changed."""
import h5py
import numpy as np

import pinpoint_cli as cli


class DemoSweep(cli.ProgramTest):
    def test_it_finds_where_the_model_was_changed(self):
        result = cli.run("sweep", cli.demo_config(self.folder, exact_check=1000), ranks=2)
        self.assert_status(result, 0)
        self.assertIn("  layer  5 ", result.errors)  # of the heat map
        with h5py.File(self.folder / "out" / "effects.h5", "r") as file:
            effect = file["effect/logit_diff"][()]
            self.assertEqual(effect.shape, (6, 8))
            default = file["default_logits"][()]
        self.assertTrue((default[:, 0] > default[:, 1]).all(), "doubted, the yes-man apologises")
        # By how much the first head of these layers leads the second depends on the processor's bits.
        changed, others = effect[2:4], np.delete(effect, (2, 3), axis=0)
        self.assertLess(changed.min(), others.min(), "the first head lies in the changed layers")
        self.assertLess(changed[changed < 0].sum(), others[others < 0].sum(), "they have most of the effect")


if __name__ == "__main__":
    cli.main()
