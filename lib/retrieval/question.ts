import { foldText } from "@/lib/text/fold";
import { isStopWord, stem } from "@/lib/text/stems";
import { tokenize } from "@/lib/text/tokens";

/** A word of the question with what the readers of it need: made once, used by all. */
export interface Word {
  readonly text: string;
  /** Lower case, without accents. */
  readonly folded: string;
  readonly stem: string;
  readonly start: number;
  readonly end: number;
  /** Carries grammar and no subject. */
  readonly isStop: boolean;
}

export interface Question {
  readonly text: string;
  readonly words: readonly Word[];
}

// A question of 2,000 characters has some 350 words; what comes after these adds time and no sense.
const maxWords = 120;

export function readQuestion(text: string): Question {
  const words = tokenize(text)
    .slice(0, maxWords)
    .map((token) => ({
      ...token,
      folded: foldText(token.text),
      stem: stem(token.text),
      isStop: isStopWord(token.text),
    }));
  return { text, words };
}

/** The word at `index`, folded; "" beyond the question's first and last, as where its neighbours are looked at. */
export function neighbourAt({ words }: Question, index: number): string {
  const word = words[index];
  return word === undefined ? "" : word.folded;
}

// "How long" asks for a kind of answer, which no passage has to mention.
const measuresAsked = /^(?:long|often|soon|quickly|fast|far|big|large|frequently)$/;

/** Stems of the words that carry a subject, in order. */
export function contentStems({ words }: Question): string[] {
  return words
    .filter(
      (word, at) => !word.isStop && !(words[at - 1]?.folded === "how" && measuresAsked.test(word.folded)),
    )
    .map((word) => word.stem);
}

/** The question cut to some of its words: what is left when a part of it has been answered. */
export function partOfQuestion(question: Question, words: readonly Word[]): Question {
  return { text: question.text, words };
}
