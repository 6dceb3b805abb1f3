import { isRecord } from "@/lib/base/json-fields";
import type { SpanEvent } from "../span";
import { attributeText } from "../span";
import { cellText, indexedEntries, parseList, parseRecord } from "./attribute-json";

/** What was said to a model or by it. */
export interface Message {
  readonly role: string;
  readonly text: string;
}

interface Messages {
  readonly prompt?: readonly Message[];
  readonly completion?: readonly Message[];
}

/**
 * The prompt and the completion of a model's call, wherever its library wrote them: `gen_ai.input.messages` and
 * `gen_ai.output.messages` (OpenTelemetry since 1.37), events of their own or with a content attribute
 * (OpenTelemetry before), `gen_ai.prompt.0.content` (OpenLLMetry), `llm.input_messages.0.message.content`
 * (OpenInference), `ai.prompt.messages` and `ai.response.text` (the Vercel AI SDK).
 */
export function readMessages(
  byKey: ReadonlyMap<string, string>,
  events: readonly Pick<SpanEvent, "name" | "attributes">[],
): Messages {
  const get = (key: string) => byKey.get(key);
  const system = [get("gen_ai.system_instructions")].flatMap((text) =>
    text ? [{ role: "system", text: partsText(parseList(text)) || text }] : [],
  );
  const prompt = firstFilled(
    () => written(get("gen_ai.input.messages")),
    () => spread(byKey, "gen_ai.prompt.", ""),
    () => spread(byKey, "llm.input_messages.", "message."),
    () => written(get("ai.prompt.messages")),
    () => written(get("gen_ai.prompt")),
    () => parsedPrompt(get("ai.prompt")),
    () => fromEvents(events, promptEvents, "gen_ai.content.prompt", "gen_ai.prompt"),
  );
  const completion = firstFilled(
    () => written(get("gen_ai.output.messages")),
    () => spread(byKey, "gen_ai.completion.", ""),
    () => spread(byKey, "llm.output_messages.", "message."),
    () => plain(get("ai.response.text"), "assistant"),
    () => written(get("gen_ai.completion")),
    () => fromEvents(events, completionEvents, "gen_ai.content.completion", "gen_ai.completion"),
  );
  const whole = [...system, ...prompt];
  return { ...(whole.length > 0 && { prompt: whole }), ...(completion.length > 0 && { completion }) };
}

const promptEvents: ReadonlyMap<string, string> = new Map([
  ["gen_ai.system.message", "system"],
  ["gen_ai.user.message", "user"],
  ["gen_ai.assistant.message", "assistant"],
  ["gen_ai.tool.message", "tool"],
]);
const completionEvents: ReadonlyMap<string, string> = new Map([["gen_ai.choice", "assistant"]]);

function firstFilled(...readers: readonly (() => Message[])[]): Message[] {
  for (const read of readers) {
    const messages = read();
    if (messages.length > 0) return messages;
  }
  return [];
}

function plain(text: string | undefined, role: string): Message[] {
  return text ? [{ role, text }] : [];
}

/** A JSON list of messages; any other text is one message. */
function written(text: string | undefined): Message[] {
  const listed = parseList(text).filter(isRecord).map(recordToMessage);
  return listed.length > 0 ? listed : plain(text, "");
}

/** `{"prompt": …}`, or `{"messages": […]}`. */
function parsedPrompt(text: string | undefined): Message[] {
  const record = parseRecord(text);
  if (!record) return plain(text, "");
  const listed = Array.isArray(record.messages) ? record.messages.filter(isRecord).map(recordToMessage) : [];
  return listed.length > 0 ? listed : plain(cellText(record.prompt) || text, "user");
}

function recordToMessage(record: Readonly<Record<string, unknown>>): Message {
  const content = record.parts ?? record.content;
  return {
    role: cellText(record.role),
    text: Array.isArray(content) ? partsText(content) : cellText(content ?? record),
  };
}

/** Parts of a message: text as it is, calls of tools and the like as JSON. */
function partsText(parts: readonly unknown[]): string {
  return parts
    .map((part) => {
      if (!isRecord(part)) return cellText(part);
      const text = part.content ?? part.text;
      return typeof text === "string" ? text : cellText(part);
    })
    .join("\n");
}

function spread(byKey: ReadonlyMap<string, string>, prefix: string, inner: string): Message[] {
  return indexedEntries(byKey, prefix).flatMap((entry) => {
    const text = entry.get(`${inner}content`) ?? "";
    const calls = [...entry].filter(([key]) => key.startsWith(`${inner}tool_calls.`));
    const whole = [text, ...calls.map(([key, value]) => `${key.slice(inner.length)}: ${value}`)];
    const said = whole.filter((line) => line !== "").join("\n");
    return said === "" ? [] : [{ role: entry.get(`${inner}role`) ?? "", text: said }];
  });
}

function fromEvents(
  events: readonly Pick<SpanEvent, "name" | "attributes">[],
  roles: ReadonlyMap<string, string>,
  contentEvent: string,
  contentKey: string,
): Message[] {
  return events.flatMap(({ name, attributes }) => {
    if (name === contentEvent) return written(attributeText(attributes, contentKey));
    const role = roles.get(name);
    const content = attributeText(attributes, "content") ?? attributeText(attributes, "message");
    return role && content ? [{ role, text: content }] : [];
  });
}
