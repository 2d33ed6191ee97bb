"""`pinpoint tokenize` turns lines of text into lines of ids, and back."""
import unittest

import pinpoint_cli as cli

LLAMA2 = cli.SHARED / "data/tokenizers/llama2"
PHI3 = cli.SHARED / "data/tokenizers/phi3"


@unittest.skipUnless((LLAMA2 / "tokenizer.model").exists(), f"needs {LLAMA2}, which is not here")
class Tokenize(cli.ProgramTest):
    """The ids are those of SentencePiece with the published vocabulary."""

    def tokenize(self, text, *words, **options):
        result = cli.run("tokenize", "--model", LLAMA2, *words, stdin=text, **options)
        self.assert_status(result, 0)
        return result.output

    def test_a_line_of_ids_for_every_line_of_text(self):
        self.assertEqual(self.tokenize("Hello world\n\nHello world"), "15043 3186\n\n15043 3186\n")

    def test_special_forms_are_text_unless_asked(self):
        self.assertEqual(self.tokenize("</s> Yes\n"), "1533 29879 29958 3869\n")
        # As in transformers 5, a text behind a special token that begins with a blank gets no second one.
        self.assertEqual(self.tokenize("</s> Yes\n", "--special"), "2 3869\n")

    def test_bos_when_asked(self):
        self.assertEqual(self.tokenize("Hello world\n\n", "--bos"), "1 15043 3186\n1\n")

    def test_decode_is_the_way_back(self):
        text = "Hello  world\n<s> \u20ac \U0001F600\n\n"
        self.assertEqual(self.tokenize(self.tokenize(text), "--decode"), text)

    def test_many_ranks_say_it_once(self):
        self.assertEqual(self.tokenize("Hello world\n", ranks=3), "15043 3186\n")

    def test_bad_ids(self):
        def refused(line, *told):
            self.assert_user_error(cli.run("tokenize", "--model", LLAMA2, "--decode", stdin=line), *told)
        refused("1\n1 x\n", "standard input:2", '"x" is not a token id')
        refused("99999999999999999999\n", "is not a token id")
        refused("32000\n", "token id 32000 is outside the vocabulary")


@unittest.skipUnless((PHI3 / "tokenizer.json").exists(), f"needs {PHI3}, which is not here")
class TokenizeWithAddedTokens(cli.ProgramTest):
    """The ids are those of Hugging Face's library."""

    def test_white_space_behind_a_special_token_belongs_to_it(self):
        result = cli.run("tokenize", "--model", PHI3, "--special", stdin="<|user|> 2+2?<|end|> <|assistant|> 4\n")
        self.assert_status(result, 0)
        self.assertEqual(result.output, "32010 29871 29906 29974 29906 29973 32007 32001 29871 29946\n")


class TokenizeWithoutAModel(cli.ProgramTest):
    def test_names_the_file_that_is_missing(self):
        self.assert_user_error(cli.run("tokenize", "--model", self.folder, stdin="Hello\n"),
                               str(self.folder), "there is no tokenizer")

    def test_names_the_file_that_is_broken(self):
        (self.folder / "tokenizer.model").write_bytes(b"<html>")
        self.assert_user_error(cli.run("tokenize", "--model", self.folder, stdin="Hello\n"),
                               str(self.folder / "tokenizer.model"), "no SentencePiece model")

    def test_names_a_file_that_git_lfs_did_not_fetch(self):
        (self.folder / "tokenizer.model").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 9\n")
        self.assert_user_error(cli.run("tokenize", "--model", self.folder, stdin="Hello\n"),
                               str(self.folder / "tokenizer.model"), "is a git-lfs pointer", "git lfs pull")

    def test_needs_a_model(self):
        self.assert_status(cli.run("tokenize", stdin="Hello\n"), 2)

    def test_decodes_without_the_options_of_encoding(self):
        self.assert_status(cli.run("tokenize", "--model", self.folder, "--decode", "--bos", stdin="1\n"), 2)


if __name__ == "__main__":
    cli.main()
