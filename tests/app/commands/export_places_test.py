"""Export writes only into its new folder, whatever links or names lead elsewhere, and copies what a model needs."""
import hashlib
import json
import shutil

import pinpoint_cli as cli
from export_test import ExportTest, read_model, read_safetensors

INDEX = "model.safetensors.index.json"


def contents(folder):
    """The digest of every file, by path, and the target of every link."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            found[path] = path.readlink()
        elif path.is_file():
            found[path] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


class Places(ExportTest):
    def index(self, name):
        """Gives the model an index that places all tensors in one file of that name."""
        tensors = read_safetensors(self.model / "model.safetensors")
        (self.model / INDEX).write_text(json.dumps({"metadata": {}, "weight_map": dict.fromkeys(tensors, name)}))

    def test_weights_in_a_sub_folder(self):
        self.index("weights/part.safetensors")
        (self.model / "weights").mkdir()
        (self.model / "model.safetensors").rename(self.model / "weights/part.safetensors")
        before = contents(self.model)
        out = self.tune("out")
        exported = self.export(out, "exported")
        self.assertEqual(contents(self.model), before)
        tuned, untuned = (read_safetensors(folder / "weights/part.safetensors") for folder in (exported, self.model))
        self.assertEqual(len([name for name in untuned if tuned[name] != untuned[name]]), 4)
        self.assertEqual(sorted(str(path.relative_to(exported)) for path in exported.rglob("*.*")),
                         ["config.json", INDEX, "pairs.jsonl", "weights/part.safetensors"])
        self.model = exported
        self.tune("again")  # it can be loaded

    def test_an_index_that_names_files_elsewhere(self):
        """Neither a tuning nor an export opens them."""
        out = self.tune("out")
        elsewhere = self.folder / "base" / "model.safetensors"
        elsewhere.parent.mkdir()
        names = read_safetensors(self.model / "model.safetensors")
        (self.model / "model.safetensors").rename(elsewhere)
        before = contents(self.folder)
        for name in str(elsewhere), "../base/model.safetensors":
            (self.model / INDEX).write_text(json.dumps({"weight_map": dict.fromkeys(names, name)}))
            self.assert_user_error(cli.run("export", out, "--to", self.folder / "x"), INDEX, name, "relative")
            self.assert_user_error(cli.run("tune", self.config("new")), INDEX, name, "relative")
            (self.model / INDEX).unlink()
        self.assertFalse((self.folder / "x").exists())
        self.assertEqual(contents(elsewhere.parent), {key: before[key] for key in before if elsewhere.parent in key.parents})

    def test_links_of_the_hubs_cache(self):
        """A snapshot has only links to blobs. The export has files in their place."""
        blobs, snapshot = self.folder / "hub/blobs", self.folder / "hub/snapshots/abc"
        blobs.mkdir(parents=True)
        snapshot.mkdir(parents=True)
        for number, path in enumerate(sorted(self.model.iterdir())):
            path.rename(blobs / str(number))
            (snapshot / path.name).symlink_to(f"../../blobs/{number}")
        self.model = snapshot
        before = contents(self.folder / "hub")
        exported = self.export(self.tune("out"), "exported")
        self.assertEqual(contents(self.folder / "hub"), before)
        self.assertEqual([path for path in exported.iterdir() if path.is_symlink()], [])
        self.assertEqual(len([1 for name, tensor in read_model(exported).items()
                              if tensor != read_model(snapshot)[name]]), 4)

    def test_a_destination_in_the_models_folder(self):
        out = self.tune("out")
        before = contents(self.model)
        link = self.folder / "link"
        link.symlink_to(self.model)
        (self.folder / "beside").mkdir()
        empty = self.model / "empty"
        empty.mkdir()
        (self.folder / "link-to-empty").symlink_to(empty)
        for to in (self.model, self.model / "new", self.model / "new/deep", link, link / "new",
                   self.folder / "beside/../model/new", empty, self.folder / "link-to-empty"):
            for words in (), ("--changed-only",):
                self.assert_user_error(cli.run("export", out, "--to", to, *words), "folder of the model itself", "--to")
        self.assertEqual(contents(self.model), before)

    def test_a_destination_that_is_taken(self):
        """A folder with files, the model's parent among them, and a file."""
        out = self.tune("out")
        before = contents(self.model)
        for to in self.folder, out, self.heads:
            self.assert_user_error(cli.run("export", out, "--to", to), "is not an empty folder", "--to")
        self.assertEqual(contents(self.model), before)

    def test_a_link_to_an_empty_folder_elsewhere(self):
        out = self.tune("out")
        (self.folder / "large-disk").mkdir()
        (self.folder / "exported").symlink_to(self.folder / "large-disk")
        self.assertTrue((self.export(out, "exported") / "config.json").exists())

    def test_a_tensor_in_two_files_is_tuned_where_the_index_places_it(self):
        self.index("b.safetensors")
        (self.model / "model.safetensors").rename(self.model / "b.safetensors")
        shutil.copy(self.model / "b.safetensors", self.model / "a.safetensors")
        index = json.loads((self.model / INDEX).read_text())
        index["weight_map"]["model.norm.weight"] = "a.safetensors"
        (self.model / INDEX).write_text(json.dumps(index))
        exported = self.export(self.tune("out"), "exported")
        self.assertEqual(read_safetensors(exported / "a.safetensors"), read_safetensors(self.model / "a.safetensors"))
        self.assertNotEqual(read_safetensors(exported / "b.safetensors"), read_safetensors(self.model / "b.safetensors"))

    def test_what_is_copied(self):
        kept = {"tokenizer_config.json": b"{}", "empty.txt": b"", "additional_chat_templates/tool_use.jinja": b"{{ x }}",
                "picture.png": b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n"}
        left_out = ["pytorch_model.bin", "consolidated.safetensors", "pytorch_model.bin.index.json", "onnx/config.json"]
        for name, data in {**kept, **dict.fromkeys(left_out, b"x")}.items():
            path = self.model / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
        exported = self.export(self.tune("out"), "exported")
        for name, data in kept.items():
            self.assertEqual((exported / name).read_bytes(), data, name)
        for name in left_out:
            self.assertFalse((exported / name).exists(), name)


if __name__ == "__main__":
    cli.main()
