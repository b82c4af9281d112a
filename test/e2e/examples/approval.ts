import { until } from '../until';
import type { MailServer } from './mailServer';

/** n8n ignores clicks of programs that check links. */
const BROWSER = 'Mozilla/5.0 (X11; Linux x64; rv:140.0) Gecko/20100101 Firefox/140.0';

/** Waits for a new mail with a text, clicks on one of its buttons, and gives the mail. */
export async function answerMail({ mails }: MailServer, text: string, button: string): Promise<string> {
	const find = () => mails.findIndex((mail) => mail.includes(text));
	await until(`mail with "${text}"`, () => find() >= 0);
	const [mail] = mails.splice(find(), 1);
	const link = new RegExp(`<a href="([^"]+)"[^>]*>\\s*${button}\\s*</a>`).exec(mail)?.[1];
	if (link === undefined) throw new Error(`The mail has no button "${button}":\n${mail}`);
	// As it is: n8n 1.x signs the host as well. Again, since n8n sends the mail before its execution waits.
	const click = async () => await fetch(link.replaceAll('&amp;', '&'), { headers: { 'user-agent': BROWSER } });
	await until(`answered by "${button}"`, async () => (await click()).status === 200);
	return mail;
}
