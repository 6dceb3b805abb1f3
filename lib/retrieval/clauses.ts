import { partOfQuestion, type Question } from "./question";

const connection =
  /(?:[?;.]\s+(?:and\s+)?|,?\s+and\s+|,\s+)(?=(?:what|which|how|when|where|who|whom|why|is|are|does|do|did|can|should|must|may|was|were|has|have|tell|explain|describe)\b)/i;

/** The two questions that one sentence may ask: "Which fault is the most common, and how is it mended?" */
export function splitClauses(question: Question): readonly [Question, Question] | undefined {
  const match = connection.exec(question.text);
  if (!match) return undefined;
  const first = question.words.filter(({ end }) => end <= match.index);
  const second = question.words.filter(({ start }) => start >= match.index + match[0].length);
  const isWhole = (words: Question["words"]) => words.some(({ isStop }) => !isStop);
  // Words such as "and, in 2024, how many …" belong to one question.
  if (first.length < 3 || second.length < 3 || !isWhole(first) || !isWhole(second)) return undefined;
  return [partOfQuestion(question, first), partOfQuestion(question, second)];
}
