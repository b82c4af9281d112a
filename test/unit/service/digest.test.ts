import { digest } from '../../../nodes/DefenderLiveResponse/service/digest';
import { sha256Of } from '../download/fakeStorage';

it('a digest is the SHA-256 of the JSON of a value', () => {
	expect(digest({ id: 'ü', tries: [1, null] })).toBe(sha256Of(Buffer.from('{"id":"ü","tries":[1,null]}')));
});
