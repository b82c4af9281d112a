import { testBends } from './bent';
import { LIST_BENDS } from './bends/lists';
import { TOKEN_BENDS } from './bends/token';

testBends([...TOKEN_BENDS, ...LIST_BENDS]);
