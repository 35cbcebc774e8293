// What everybody knows of the world: names, members, groups, the clock. Read again when it changes.
import { get } from "./api.js";

const FIRST = 40; // customers kept at hand: the world's own and the newest; there may be a million
const LATEST = 160;

export const world = {
  staff: [], kf: [], groups: [], robots: [], customers: [], apps: [], ways: [], names: new Map(), offset: 0, ready: false,
};

export const now = () => Date.now() + world.offset;

async function part(name, more = "") {
  const found = await get(`/state?part=${name}${more}`);
  return found ? found[name] : null;
}

async function customers() {
  const counters = await part("counters");
  const skip = Math.max(FIRST, (counters ? counters.customers : 0) - LATEST);
  const [first, latest] = await Promise.all([part("customers", `&limit=${FIRST}`), part("customers", `&cursor=${skip}&limit=${LATEST}`)]);
  return first && latest ? [...first, ...latest] : null;
}

/** Reads everything that names something. False when the sandbox does not answer. */
export async function readWorld() {
  const [staff, kf, groups, robots, people, apps, ways] = await Promise.all([
    part("staff"), part("kf"), part("groups"), part("robots"), customers(), part("apps"), part("contact_ways", "&limit=50")]);
  if (!staff || !kf || !groups || !robots || !people) return false;
  Object.assign(world, { staff, kf, groups, robots, apps: apps || [], ways: ways || [], customers: people, ready: true });
  const names = world.names;
  for (const each of staff) names.set(each.userid, each.name);
  for (const each of kf) names.set(each.open_kfid, each.name);
  for (const each of groups) names.set(each.chat_id, each.name || "未命名的群");
  for (const each of robots) names.set(each.bot_id, `${each.name}（机器人）`);
  for (const each of people) names.set(each.id, each.name);
  return true;
}

/** A name for an id; never the id itself. */
export function nameOf(id) {
  if (world.names.has(id)) return world.names.get(id);
  if (id.startsWith("webhook:")) return "群推送机器人";
  if (world.apps.some((app) => String(app.agent_id) === id)) return "工作台应用";
  return id.startsWith("wm") ? "一位客户" : id.startsWith("wr") ? "一个群" : "一位同事";
}

export const person = (id) => world.customers.find((each) => each.id === id);
export const groupOf = (id) => world.groups.find((each) => each.chat_id === id);
export const isStaff = (id) => world.staff.some((each) => each.userid === id);

/** The member or kf account a newcomer meets first. */
export const firstStaff = () => world.staff.find((each) => each.can_add && each.active !== false);
export const firstKf = () => world.kf[0];
