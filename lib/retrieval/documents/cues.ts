import type { Question } from "../question";

/** What kind of thing a question asks for, and how a sentence shows that it holds one. */
interface Cue {
  readonly asks: RegExp;
  readonly holds: RegExp;
}

const month =
  "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:tember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?";
const numberWord =
  "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|half|twice|once";

// The longest-standing first: the first that asks decides.
const cues: readonly Cue[] = [
  {
    asks: /^(?:.*\b)?how (?:long|soon|quickly|late|early)\b|\bwithin what\b/,
    holds: new RegExp(
      `(?:\\d|\\b(?:${numberWord})\\b)[^.]{0,20}\\b(?:second|minute|hour|day|week|month|year|night)s?\\b`,
      "i",
    ),
  },
  {
    asks: /\bhow (?:many|much|far|high|tall|deep|heavy|often|big|large|fast|old|wide)\b|\bwhat (?:is |was |are )?(?:the )?(?:price|cost|fee|charge|fine|number|amount|limit|rate|percentage|deposit|speed|pressure|weight|age)\b/,
    holds: new RegExp(`\\d|\\b(?:${numberWord})\\b|\\bfree\\b`, "i"),
  },
  {
    asks: /\bwhen\b|\bwhat (?:year|date|day|month|time)\b|\b(?:which|in what) (?:year|month|day)\b/,
    holds: new RegExp(
      `\\b(?:1[0-9]|20)\\d\\d\\b|\\b(?:${month})\\b|\\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\\b|\\d+(?::\\d\\d)?\\s?(?:am|pm|a\\.m|p\\.m)|\\b(?:before|after|until|since|during|every) `,
      "i",
    ),
  },
  {
    asks: /\bwho(?:m|se)?\b/,
    holds:
      /(?<=[\p{Ll},;)] )\p{Lu}\p{Ll}+|\b(?:anyone|nobody|staff|team|crew|manager|officer|engineer|desk|police)\b/u,
  },
  {
    asks: /\bwhere\b/,
    holds:
      /\b(?:at|in|on|near|behind|beside|under|above|along|opposite|inside|outside|between) (?:the |a |an )?[\p{L}]/u,
  },
  {
    asks: /\bwhy\b|\bwhat (?:is the )?(?:reason|cause)/,
    holds:
      /\b(?:because|since|so that|in order|due to|as a result|therefore|caused?|reasons?|avoid|prevents?|keeps?|means|otherwise)\b/i,
  },
];

/** A test whether a sentence holds the kind of thing the question asks for; undefined if it asks for no particular kind. */
export function soughtKind(question: Question): ((sentence: string) => boolean) | undefined {
  const asked = question.words.map((word) => word.folded).join(" ");
  const cue = cues.find(({ asks }) => asks.test(asked));
  return cue && ((sentence) => cue.holds.test(sentence));
}
