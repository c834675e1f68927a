export { type DoorPlace, formPage, notePage, partyPage } from './door-pages.ts';
export { familyPage } from './family-page.ts';
export { type OrderInForce, ordersPage } from './orders-page.ts';
export { sheetPage } from './sheet-page.ts';
export { DOOR_HEADERS } from './page-frame.ts';
