"""Models whose config.json ties the embeddings while their files hold both matrices, or the other one."""
import json

import h5py
import numpy as np

import pinpoint_cli as cli
from export_dtype_test import edit_model
from export_test import ExportTest, matrix, read_model
from tune_test import MODEL

EMBEDDING, UNEMBEDDING = "model.embed_tokens.weight", "lm_head.weight"


class TiedEmbeddings(ExportTest):
    def setUp(self):
        super().setUp()
        self.pairs = self.model / "pairs.jsonl"

    def set_config(self, folder, tied):
        config = json.loads((folder / "config.json").read_text())
        config["tie_word_embeddings"] = tied
        (folder / "config.json").write_text(json.dumps(config))

    def make(self, name, tied, edit=lambda tensors: None):
        """The model of setUp with another claim and other tensors."""
        folder = cli.random_llama(self.folder / name, **MODEL)
        edit_model(folder, edit)
        self.set_config(folder, tied)
        return folder

    def sweep(self, folder):
        out = self.folder / f"swept-{folder.name}"
        result = cli.run("sweep", cli.write_config(self.folder / f"{out.name}.yaml", folder, out, self.pairs), ranks=2)
        self.assert_status(result, 0)
        return {name: data for name, data in cli.data_sets(out / "effects.h5").items() if "logit" in name}, result.errors

    def train(self, folder):
        self.model = folder
        return self.tune(f"out-{folder.name}", method="sft", select=None)

    def test_different_matrices_are_both_used(self):
        """As in transformers 5, and as if config.json did not tie them."""
        expected, log = self.sweep(self.make("apart", tied=False))
        self.assertNotIn("tie_word_embeddings", log)
        found, log = self.sweep(self.make("claimed", tied=True))
        self.assertEqual(found, expected)
        self.assertEqual(log.count("differ; each is used"), 1, log)

    def test_equal_matrices_are_tied(self):
        def copy(tensors):
            tensors[UNEMBEDDING] = tensors[EMBEDDING]

        expected, _ = self.sweep(self.make("one", tied=True, edit=lambda tensors: tensors.pop(UNEMBEDDING)))
        found, log = self.sweep(self.make("two", tied=True, edit=copy))
        self.assertEqual(found, expected)
        self.assertNotIn("tie_word_embeddings", log)
        other, log = self.sweep(self.make("other", tied=True, edit=self.rename))
        self.assertEqual(other, expected)
        self.assertEqual(log.count("\"lm_head.weight\" is used in its place"), 1, log)

    @staticmethod
    def rename(tensors):
        tensors[UNEMBEDDING] = tensors.pop(EMBEDDING)

    def masters(self, out):
        with h5py.File(self.newest(out)) as h5:
            return {name: h5[f"full/{name}/master"][()] for name in ("embedding", "unembedding") if name in h5["full"]}

    def test_every_weight_of_different_matrices(self):
        out = self.train(self.make("claimed", tied=True))
        masters = self.masters(out)
        self.assertFalse(np.array_equal(masters["embedding"], masters["unembedding"]))
        exported = self.export(out, "exported")
        tensors = read_model(exported)
        for name, tensor in (("embedding", EMBEDDING), ("unembedding", UNEMBEDDING)):
            np.testing.assert_array_equal(matrix(tensors[tensor]).ravel(), masters[name])
        self.assertIs(json.loads((exported / "config.json").read_text())["tie_word_embeddings"], False)

    def test_every_weight_of_one_matrix_under_the_other_name(self):
        out = self.train(self.make("other", tied=True, edit=self.rename))
        masters = self.masters(out)
        self.assertEqual(list(masters), ["embedding"])
        exported = self.export(out, "exported")
        tensors = read_model(exported)
        self.assertNotIn(EMBEDDING, tensors)
        changed = read_model(self.export(out, "changed", "--changed-only"))
        self.assertEqual(sorted(changed), sorted(tensors))
        np.testing.assert_array_equal(matrix(tensors[UNEMBEDDING]).ravel(), masters["embedding"])
        self.assertIs(json.loads((exported / "config.json").read_text())["tie_word_embeddings"], True)

    def test_a_missing_output_matrix(self):
        folder = self.make("missing", tied=False, edit=lambda tensors: tensors.pop(UNEMBEDDING))
        config = cli.write_config(self.folder / "c.yaml", folder, self.folder / "x", self.pairs)
        self.assert_user_error(cli.run("sweep", config), UNEMBEDDING, "is missing", "\"tie_word_embeddings\": true")


if __name__ == "__main__":
    cli.main()
