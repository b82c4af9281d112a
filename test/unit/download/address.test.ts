import { addressOf } from '../../../nodes/DefenderLiveResponse/download/address';

const HOST = 'https://a.blob.core.windows.net';

it.each([
	`${HOST}/c/b?se=2030-01-01T00%3A00%3A00Z&sp=r&sig=a%2Bb/c%3D`,
	`${HOST}/c/it's?sig=x`,
	`${HOST}/c/b?`,
	`${HOST}/c/b`,
	`${HOST}/c/b?sig=x#part`,
	`${HOST}/c/b#part?a='`,
])('%s is followed as it is', (link) => {
	expect(addressOf(link)).toEqual({ url: link });
});

it.each([
	[`${HOST}/c/b?rscd=it's&sig=x`, "rscd=it's&sig=x"],
	[`${HOST}/c/b?a="<>"&sig=x`, 'a="<>"&sig=x'],
	[`${HOST}/c/b?a='#part'?`, "a='"],
	[`${HOST}/c/b?a='?b=c`, "a='?b=c"],
])('of %s the query goes as it is written', (link, query) => {
	const { url, qs } = addressOf(link);
	expect(url).toBe(`${HOST}/c/b`);
	expect(String(qs)).toBe(query);
	// n8n's helper asks for the text of such a query alone.
	expect(qs).toBeInstanceOf(URLSearchParams);
});
