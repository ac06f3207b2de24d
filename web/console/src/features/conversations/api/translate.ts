// Texts in another language, where the operator configured who translates.
import { api, path } from '../../../api';

interface Translation {
  text: string;
}

export async function translateMessage(conversationId: string, messageId: string, language: string): Promise<string> {
  const made = await api.post<Translation>(path('/conversations/{}/messages/{}/translation', conversationId, messageId), { language });
  return made.text;
}

export async function translateText(conversationId: string, text: string, language: string): Promise<string> {
  const made = await api.post<Translation>(path('/conversations/{}/translations', conversationId), { text, language });
  return made.text;
}
