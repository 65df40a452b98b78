import { z } from 'zod';

export interface ModelQuestion {
  provider: 'openai' | 'anthropic';
  model: string;
  prompt: string;
  stream: boolean;
}

const OpenAiAnswer = z.object({ choices: z.array(z.object({ message: z.object({ content: z.string() }) })).min(1) });
const AnthropicAnswer = z.object({ content: z.array(z.object({ text: z.string() })).min(1) });

/** Asks the model its environment names, over plain HTTP, as agents do. Returns the answer's text, or what went wrong. */
export async function askModel(question: ModelQuestion, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<string> {
  const messages = [{ role: 'user', content: question.prompt }];
  const body = JSON.stringify({ model: question.model, max_tokens: 100, messages, stream: question.stream });
  const [url, headers] =
    question.provider === 'openai'
      ? [`${env['OPENAI_BASE_URL']}/chat/completions`, { authorization: `Bearer ${env['OPENAI_API_KEY']}` }]
      : [`${env['ANTHROPIC_BASE_URL']}/v1/messages`, { 'x-api-key': env['ANTHROPIC_API_KEY'] ?? '', 'anthropic-version': '2023-06-01' }];
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      signal,
      headers: { 'content-type': 'application/json', ...(headers as Record<string, string>) },
    });
    const text = await response.text();
    if (!response.ok) return `The model answered ${response.status}: ${text}`;
    if (question.stream) return text;
    const answer: unknown = JSON.parse(text);
    return question.provider === 'openai'
      ? (OpenAiAnswer.parse(answer).choices[0]?.message.content ?? '')
      : (AnthropicAnswer.parse(answer).content[0]?.text ?? '');
  } catch (error) {
    return `The model cannot be reached: ${error instanceof Error ? error.message : String(error)}`;
  }
}
