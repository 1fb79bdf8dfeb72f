// Of milsymbol only the symbols of land units: all of it is half as large again, and its package opens no other door.
import { ms, numberlandunit } from '../../node_modules/milsymbol/index.mjs';

ms.addIcons(numberlandunit);

export default ms;
