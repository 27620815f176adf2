// Renders the contract. Text only ever becomes text nodes.
const make = (name, attributes = {}, ...children) => {
  const element = document.createElement(name);
  Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
  element.append(...children);
  return element;
};

const nameOf = (ref) => ref.split('/').pop();

const resolve = (contract, node) =>
  node && node.$ref ? node.$ref.slice(2).split('/').reduce((at, key) => at[key], contract) : node;

const typeOf = (schema) => {
  if (!schema) return make('span');
  if (schema.$ref) return make('a', { href: '#' + nameOf(schema.$ref) }, nameOf(schema.$ref));
  if (schema.type === 'array') return make('span', {}, 'list of ', typeOf(schema.items));
  if (schema.enum) return make('code', {}, schema.enum.join(' | '));
  return make('span', {}, [].concat(schema.type ?? 'any').join(' or '));
};

const rows = (head, lines) =>
  make('table', {},
    make('tr', {}, ...head.map((each) => make('th', {}, each))),
    ...lines.map((line) => make('tr', {}, ...line.map((each) => make('td', {}, each ?? '')))));

const parameters = (contract, path, operation) =>
  [...(path.parameters ?? []), ...(operation.parameters ?? [])].map((each) => resolve(contract, each));

const bodies = (content) =>
  Object.entries(content ?? {}).flatMap(([type, { schema }]) => [make('code', {}, type), ' ', typeOf(schema), ' ']);

const operation = (contract, path, method, what) => {
  const given = parameters(contract, contract.paths[path], what);
  const details = make('details', { id: what.operationId },
    make('summary', {}, make('code', { class: 'method' }, method.toUpperCase()), make('code', {}, path), ' ',
      make('span', {}, what.summary), ' ', make('span', { class: 'role' }, '(' + what['x-role'] + ')')));
  if (given.length) {
    details.append(rows(['parameter', 'in', 'type', ''],
      given.map((each) => [make('code', {}, each.name), each.in, typeOf(each.schema), each.description])));
  }
  if (what.requestBody) details.append(make('p', {}, 'Body: ', ...bodies(what.requestBody.content)));
  details.append(rows(['status', '', ''], Object.entries(what.responses).map(([status, response]) => {
    const found = resolve(contract, response);
    return [make('code', {}, status), found.description, make('span', {}, ...bodies(found.content))];
  })));
  return details;
};

const schema = (name, what) => {
  const details = make('details', { id: name }, make('summary', {}, make('code', {}, name)));
  details.append(what.properties
    ? rows(['key', 'type', ''], Object.entries(what.properties).map(([key, each]) => [
      make('code', {}, key + ((what.required ?? []).includes(key) ? '' : '?')), typeOf(each), each.description]))
    : make('pre', {}, JSON.stringify(what, null, 2)));
  return details;
};

const open = () => document.getElementById(location.hash.slice(1))?.setAttribute('open', '');

const contract = await (await fetch('/openapi.json')).json();
const main = document.getElementById('api');
main.replaceChildren(make('h1', {}, contract.info.title), make('p', {}, contract.info.description),
  make('p', {}, make('a', { href: '/openapi.yaml' }, 'openapi.yaml')));
for (const { name } of contract.tags) {
  main.append(make('h2', {}, name));
  for (const [path, methods] of Object.entries(contract.paths)) {
    for (const [method, what] of Object.entries(methods)) {
      if (what.tags?.includes(name)) main.append(operation(contract, path, method, what));
    }
  }
}
main.append(make('h2', {}, 'schemas'),
  ...Object.entries(contract.components.schemas).map(([name, what]) => schema(name, what)));
addEventListener('hashchange', open);
open();
