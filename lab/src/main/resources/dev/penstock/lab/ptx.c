/*
 * Kernels on the CPU: the PTX that FFmpeg hands to the driver is translated to C, one kernel at a time, and compiled
 * with gcc into the cache of the driver (CUDA_CACHE_PATH, or what "system kernels" says, or "jit" beside the libraries).
 * What one thread does becomes a function, and a launch calls it for every thread of the grid. There is no shared memory
 * and no call of another function: no filter that the lab plays needs them.
 */
#include "lab.h"

#include <ctype.h>
#include <dlfcn.h>
#include <math.h>
#include <spawn.h>
#include <stdarg.h>
#include <sys/wait.h>

#define MAX_OPERANDS 8
#define MAX_WORDS 128

extern char **environ;

/* Text that grows. */
struct out {
  char *at;
  size_t used, room;
  int failed;
};

static void put(struct out *out, const char *format, ...) {
  va_list list;
  if (out->room - out->used < 4096) {
    out->room = 2 * out->room + 65536;
    out->at = realloc(out->at, out->room);
  }
  va_start(list, format);
  out->used += (size_t)vsnprintf(out->at + out->used, out->room - out->used, format, list);
  va_end(list);
}

static const char prelude[] =
    "#include <math.h>\n"
    "#include <stdint.h>\n"
    "typedef union {\n"
    "  uint64_t u64, b64; int64_t s64; uint32_t u32, b32; int32_t s32; uint16_t u16, b16; int16_t s16;\n"
    "  uint8_t u8, b8; int8_t s8; float f32; int pred;\n"
    "} R;\n"
    "typedef uint64_t u64, b64; typedef int64_t s64; typedef uint32_t u32, b32; typedef int32_t s32;\n"
    "typedef uint16_t u16, b16; typedef int16_t s16; typedef uint8_t u8, b8; typedef int8_t s8;\n"
    "typedef float f32; typedef int pred;\n"
    "struct texture { const uint8_t *at; uint64_t width, height, pitch; int channels, bytes, linear, whole; };\n"
    "static inline float bits(u32 b) { R r; r.u32 = b; return r.f32; }\n"
    "static inline s64 near(float v, double low, double high) {\n"
    "  return !(v > low) ? (s64)low : v >= high ? (s64)high : (s64)v;\n"
    "}\n"
    "static inline u32 sample(const struct texture *t, s64 x, s64 y, int c) {\n"
    "  x = x < 0 ? 0 : x >= (s64)t->width ? (s64)t->width - 1 : x;\n"
    "  y = y < 0 ? 0 : y >= (s64)t->height ? (s64)t->height - 1 : y;\n"
    "  const uint8_t *p = t->at + y * t->pitch + (x * t->channels + c) * t->bytes;\n"
    "  return t->bytes == 1 ? *p : *(const uint16_t *)p;\n"
    "}\n"
    "static inline float lookup(const struct texture *t, float x, float y, int c) {\n"
    "  if (!t->linear) return sample(t, (s64)floorf(x), (s64)floorf(y), c);\n"
    "  float left = floorf(x - 0.5f), top = floorf(y - 0.5f), a = x - 0.5f - left, b = y - 0.5f - top;\n"
    "  s64 i = (s64)left, j = (s64)top;\n"
    "  a = roundf(a * 256) / 256;\n"
    "  b = roundf(b * 256) / 256;\n"
    "  return (1 - b) * ((1 - a) * sample(t, i, j, c) + a * sample(t, i + 1, j, c)) +\n"
    "         b * ((1 - a) * sample(t, i, j + 1, c) + a * sample(t, i + 1, j + 1, c));\n"
    "}\n"
    "static inline u32 fetch(u64 texture, float x, float y, int c) {\n"
    "  const struct texture *t = (const struct texture *)texture;\n"
    "  R r;\n"
    "  if (c >= t->channels) return 0;\n"
    "  float value = lookup(t, x, y, c);\n"
    "  if (t->whole) return (u32)(value + 0.5f);\n"
    "  r.f32 = value / (t->bytes == 1 ? 255.0f : 65535.0f);\n"
    "  return r.u32;\n"
    "}\n";

/* From the name of an entry to the brace that opens it; NULL without one. */
static const char *entry_of(const char *ptx, const char *name) {
  char wanted[MAX_WORDS + 16];
  snprintf(wanted, sizeof wanted, ".entry %s(", name);
  return strstr(ptx, wanted);
}

int ptx_has_entry(const char *ptx, const char *name) {
  return entry_of(ptx, name) != NULL;
}

/* Operands. */

struct instruction {
  char words[6][16];
  int word_count;
  char operands[MAX_OPERANDS][MAX_WORDS];
  int operand_count;
};

static const char *type_of(const struct instruction *i) {
  return i->words[i->word_count - 1];
}

static const struct {
  const char *ptx, *c;
} special[] = {
    {"%tid.x", "t[0]"},    {"%tid.y", "t[1]"},   {"%tid.z", "t[2]"},   {"%ctaid.x", "at[0]"},  {"%ctaid.y", "at[1]"},
    {"%ctaid.z", "at[2]"}, {"%ntid.x", "n[0]"},  {"%ntid.y", "n[1]"},  {"%ntid.z", "n[2]"},
};

/* As C, read as a type. */
static const char *read_as(char *out, const char *operand, const char *type) {
  for (size_t i = 0; i < sizeof special / sizeof *special; i++)
    if (strcmp(operand, special[i].ptx) == 0) return strcpy(out, special[i].c);
  if (operand[0] == '%') sprintf(out, "%s.%s", operand + 1, type);
  else if (strncmp(operand, "0f", 2) == 0 || strncmp(operand, "0F", 2) == 0) sprintf(out, "bits(0x%s)", operand + 2);
  else if (isdigit((unsigned char)operand[0]) || operand[0] == '-') sprintf(out, "((%s)%sLL)", type, operand);
  else sprintf(out, "(u64)%s", operand);
  return out;
}

/* "[%rd1+4]" as the address. */
static void address(char *out, const char *operand, void (*base)(char *, const char *)) {
  char name[MAX_WORDS], offset[MAX_WORDS] = "0";
  snprintf(name, sizeof name, "%s", operand + 1);
  name[strcspn(name, "]")] = 0;
  char *plus = strpbrk(name, "+");
  if (plus) {
    snprintf(offset, sizeof offset, "%s", plus + 1);
    *plus = 0;
  }
  base(out, name);
  sprintf(out + strlen(out), " + (%s)", offset);
}

static void of_register(char *out, const char *name) {
  sprintf(out, "%s%s", name[0] == '%' ? name + 1 : name, name[0] == '%' ? ".u64" : "");
}

static void of_parameter(char *out, const char *name) {
  const char *number = strstr(name, "_param_");
  sprintf(out, "(u64)parameters[%s]", number ? number + 7 : "unknown_parameter");
}

/* Instructions whose result is an expression of their operands, all of one type: a, b and c. */
static const struct {
  const char *name, *c;
} simple[] = {
    {"add", "a + b"},   {"sub", "a - b"},        {"mul", "a * b"},     {"mad", "a * b + c"},
    {"fma", "fmaf(a, b, c)"}, {"div", "a / b"},  {"rem", "a % b"},     {"min", "a < b ? a : b"},
    {"max", "a > b ? a : b"}, {"neg", "-a"},     {"abs", "a < 0 ? -a : a"}, {"sqrt", "sqrtf(a)"},
    {"rsqrt", "1 / sqrtf(a)"}, {"rcp", "1 / a"}, {"ex2", "exp2f(a)"},  {"lg2", "log2f(a)"},
    {"sin", "sinf(a)"}, {"cos", "cosf(a)"},      {"and", "a & b"},     {"or", "a | b"},
    {"xor", "a ^ b"},   {"mov", "a"},            {"cvta", "a"},
};

static void expression(struct out *out, const char *pattern, char values[3][MAX_WORDS + 32]) {
  for (const char *p = pattern; *p; p++) {
    int alone = !isalnum((unsigned char)p[1]) && (p == pattern || !isalnum((unsigned char)p[-1]));
    if (alone && *p >= 'a' && *p <= 'c') put(out, "%s", values[*p - 'a']);
    else put(out, "%c", *p);
  }
}

static int is_simple(struct out *out, const struct instruction *i) {
  char values[3][MAX_WORDS + 32] = {"", "", ""};
  const char *type = type_of(i);
  for (size_t k = 0; k < sizeof simple / sizeof *simple; k++) {
    if (strcmp(simple[k].name, i->words[0]) != 0) continue;
    for (int o = 1; o < i->operand_count && o < 4; o++) read_as(values[o - 1], i->operands[o], type);
    put(out, "%s.%s = (%s)(", i->operands[0] + 1, type, type);
    expression(out, simple[k].c, values);
    put(out, ");");
    return 1;
  }
  return 0;
}

static void wide(struct out *out, const struct instruction *i) {
  char a[MAX_WORDS + 32], b[MAX_WORDS + 32], c[MAX_WORDS + 32] = "0";
  const char *type = type_of(i);
  const char *to = strcmp(type, "s32") == 0   ? "s64"
                   : strcmp(type, "u32") == 0 ? "u64"
                   : strcmp(type, "s16") == 0 ? "s32"
                                              : "u32";
  if (i->operand_count > 3) read_as(c, i->operands[3], to);
  put(out, "%s.%s = (%s)%s * (%s)%s + %s;", i->operands[0] + 1, to, to, read_as(a, i->operands[1], type), to,
      read_as(b, i->operands[2], type), c);
}

static void shift(struct out *out, const struct instruction *i) {
  char a[MAX_WORDS + 32], b[MAX_WORDS + 32];
  const char *type = type_of(i);
  put(out, "%s.%s = (%s)(%s %s %s);", i->operands[0] + 1, type, type, read_as(a, i->operands[1], type),
      strcmp(i->words[0], "shl") == 0 ? "<<" : ">>", read_as(b, i->operands[2], "u32"));
}

static void compare(struct out *out, const struct instruction *i) {
  static const struct {
    const char *name, *c;
  } how[] = {{"eq", "=="},  {"ne", "!="},  {"lt", "<"},   {"le", "<="},  {"gt", ">"},   {"ge", ">="},
             {"lo", "<"},   {"ls", "<="},  {"hi", ">"},   {"hs", ">="}};
  char a[MAX_WORDS + 32], b[MAX_WORDS + 32];
  const char *type = type_of(i), *word = i->words[1];
  read_as(a, i->operands[1], type);
  read_as(b, i->operands[2], type);
  if (strlen(word) == 3 && word[2] == 'u') {
    /* Holds as well where one of them is no number. */
    const char *opposite = strncmp(word, "ge", 2) == 0   ? "<"
                           : strncmp(word, "gt", 2) == 0 ? "<="
                           : strncmp(word, "le", 2) == 0 ? ">"
                           : strncmp(word, "lt", 2) == 0 ? ">="
                           : strncmp(word, "eq", 2) == 0 ? "!="
                                                         : "==";
    put(out, "%s.pred = !(%s %s %s);", i->operands[0] + 1, a, opposite, b);
    return;
  }
  for (size_t k = 0; k < sizeof how / sizeof *how; k++)
    if (strcmp(how[k].name, word) == 0) {
      put(out, "%s.pred = %s %s %s;", i->operands[0] + 1, a, how[k].c, b);
      return;
    }
  out->failed = 1;
}

static void convert(struct out *out, const struct instruction *i) {
  static const struct {
    const char *type, *low, *high;
  } ranges[] = {{"u8", "0", "255"},           {"s8", "-128", "127"},
                {"u16", "0", "65535"},        {"s16", "-32768", "32767"},
                {"u32", "0", "4294967295.0"}, {"s32", "-2147483648.0", "2147483647.0"}};
  char a[MAX_WORDS + 32];
  const char *from = type_of(i), *to = i->words[i->word_count - 2], *how = i->words[1];
  int floats = from[0] == 'f', floating = to[0] == 'f';
  read_as(a, i->operands[1], from);
  if (floats && floating) {
    const char *call = strcmp(how, "rmi") == 0   ? "floorf"
                       : strcmp(how, "rpi") == 0 ? "ceilf"
                       : strcmp(how, "rzi") == 0 ? "truncf"
                       : strcmp(how, "rni") == 0 ? "rintf"
                                                 : "";
    if (strcmp(how, "sat") == 0) put(out, "%s.f32 = fminf(fmaxf(%s, 0), 1);", i->operands[0] + 1, a);
    else put(out, "%s.f32 = %s(%s);", i->operands[0] + 1, call, a);
    return;
  }
  if (floats) {
    const char *call = strcmp(how, "rni") == 0 ? "rintf" : strcmp(how, "rmi") == 0 ? "floorf" : "truncf";
    for (size_t k = 0; k < sizeof ranges / sizeof *ranges; k++)
      if (strcmp(ranges[k].type, to) == 0) {
        put(out, "%s.u64 = (%s)near(%s(%s), %s, %s);", i->operands[0] + 1, to, call, a, ranges[k].low, ranges[k].high);
        return;
      }
    out->failed = 1;
    return;
  }
  if (floating) put(out, "%s.f32 = (float)%s;", i->operands[0] + 1, a);
  else put(out, "%s.%s64 = (%s)%s;", i->operands[0] + 1, to[0] == 's' ? "s" : "u", to, a);
}

static int vector_width(const struct instruction *i) {
  for (int w = 1; w < i->word_count; w++)
    if (i->words[w][0] == 'v') return atoi(i->words[w] + 1);
  return 1;
}

static void load(struct out *out, const struct instruction *i) {
  char from[2 * MAX_WORDS];
  const char *type = type_of(i);
  int parameter = strcmp(i->words[1], "param") == 0, width = vector_width(i);
  address(from, i->operands[width], parameter ? of_parameter : of_register);
  for (int k = 0; k < width; k++)
    put(out, "%s.%s = ((const %s *)(%s))[%d];", i->operands[k] + 1,
        type[0] == 'f' ? type : type[0] == 's' ? "s64" : "u64", type, from, k);
}

static void store(struct out *out, const struct instruction *i) {
  char to[2 * MAX_WORDS], value[MAX_WORDS + 32];
  const char *type = type_of(i);
  if (strcmp(i->words[1], "param") == 0) out->failed = 1;
  address(to, i->operands[0], of_register);
  for (int k = 0; k < vector_width(i); k++)
    put(out, "((%s *)(%s))[%d] = %s;", type, to, k, read_as(value, i->operands[1 + k], type));
}

/* tex.2d.v4.TYPE.f32 {r, g, b, a}, [texture, {x, y}] */
static void texture(struct out *out, const struct instruction *i) {
  char x[MAX_WORDS + 32], y[MAX_WORDS + 32];
  if (strcmp(i->words[1], "2d") != 0 || i->operand_count != 7) out->failed = 1;
  read_as(x, i->operands[5], "f32");
  read_as(y, i->operands[6], "f32");
  for (int k = 0; k < 4; k++)
    put(out, "%s.u32 = fetch(%s.u64, %s, %s, %d);", i->operands[k] + 1, i->operands[4] + 1, x, y, k);
}

static void atomic(struct out *out, const struct instruction *i) {
  char at[2 * MAX_WORDS], value[MAX_WORDS + 32];
  const char *type = type_of(i);
  if (strcmp(i->words[2], "add") != 0) out->failed = 1;
  address(at, i->operands[1], of_register);
  put(out, "%s.%s = *(%s *)(%s); *(%s *)(%s) += %s;", i->operands[0] + 1, type, type, at, type, at,
      read_as(value, i->operands[2], type));
}

static void translated(struct out *out, const struct instruction *i) {
  const char *name = i->words[0];
  char a[MAX_WORDS + 32], b[MAX_WORDS + 32];
  if ((strcmp(name, "mul") == 0 || strcmp(name, "mad") == 0) && strcmp(i->words[1], "wide") == 0) wide(out, i);
  else if (strcmp(name, "shl") == 0 || strcmp(name, "shr") == 0) shift(out, i);
  else if (strcmp(name, "setp") == 0) compare(out, i);
  else if (strcmp(name, "cvt") == 0) convert(out, i);
  else if (strcmp(name, "ld") == 0) load(out, i);
  else if (strcmp(name, "st") == 0) store(out, i);
  else if (strcmp(name, "tex") == 0) texture(out, i);
  else if (strcmp(name, "atom") == 0) atomic(out, i);
  else if (strcmp(name, "ret") == 0) put(out, "return;");
  else if (strcmp(name, "bra") == 0)
    put(out, "goto %s;", i->operands[0] + (i->operands[0][0] == '$'));
  else if (strcmp(name, "not") == 0)
    put(out, strcmp(type_of(i), "pred") == 0 ? "%s.%s = !%s;" : "%s.%s = ~%s;", i->operands[0] + 1, type_of(i),
        read_as(a, i->operands[1], type_of(i)));
  else if (strcmp(name, "selp") == 0)
    put(out, "%s.%s = %s.pred ? %s : %s;", i->operands[0] + 1, type_of(i), i->operands[3] + 1,
        read_as(a, i->operands[1], type_of(i)), read_as(b, i->operands[2], type_of(i)));
  else if (!is_simple(out, i)) out->failed = 1;
}

/* Lines. */

/* A register gets another name than a type has: f32 is one of PTX's names for both. */
static int is_register(const char *at) {
  return *at == '%' && strncmp(at, "%tid", 4) != 0 && strncmp(at, "%ntid", 5) != 0 && strncmp(at, "%ctaid", 6) != 0;
}

static void add_operand(struct instruction *i, const char *from, size_t size) {
  while (size && isspace((unsigned char)from[size - 1])) size--;
  if (!size || i->operand_count == MAX_OPERANDS || size >= MAX_WORDS - 2) return;
  char *to = i->operands[i->operand_count++];
  for (size_t k = 0; k < size; k++) {
    *to++ = from[k];
    if (is_register(from + k)) *to++ = '_';
  }
  *to = 0;
}

/* Braces are of no meaning where every operand is one value; brackets stay with addresses, but not with textures. */
static void operands(struct instruction *i, const char *text, int in_texture) {
  const char *from = text;
  for (;; text++) {
    if (*text && *text != ',' && *text != ';' && *text != '{' && *text != '}' &&
        !(in_texture && (*text == '[' || *text == ']')))
      continue;
    while (from < text && isspace((unsigned char)*from)) from++;
    add_operand(i, from, (size_t)(text - from));
    from = text + 1;
    if (!*text || *text == ';') return;
  }
}

static void words(struct instruction *i, const char *name) {
  while (*name && i->word_count < 6) {
    size_t size = strcspn(name, ".");
    snprintf(i->words[i->word_count++], sizeof i->words[0], "%.*s", (int)size, name);
    name += size + (name[size] == '.');
  }
}

static void instruction(struct out *out, const char *line) {
  struct instruction i = {0};
  char name[MAX_WORDS];
  int used = 0;
  if (line[0] == '@') {
    char predicate[32];
    if (sscanf(line, "@%31s %n", predicate, &used) != 1) out->failed = 1;
    put(out, predicate[0] == '!' ? "if (!_%s.pred) " : "if (_%s.pred) ", predicate + (predicate[0] == '!' ? 2 : 1));
    line += used;
  }
  used = 0;
  if (sscanf(line, "%127[^ \t;]%n", name, &used) != 1) return;
  words(&i, name);
  operands(&i, line + used, strcmp(i.words[0], "tex") == 0);
  put(out, "{ ");
  translated(out, &i);
  put(out, " }\n");
}

/* ".reg .f32 %f<126>;" and ".reg .b64 %SP;" */
static void registers(struct out *out, const char *line) {
  char name[32];
  int count = 0;
  if (sscanf(line, ".reg .%*s %%%31[a-zA-Z]<%d>", name, &count) == 2) {
    put(out, "R _%s0", name);
    for (int i = 1; i < count; i++) put(out, ", _%s%d", name, i);
    put(out, ";\n");
  } else if (sscanf(line, ".reg .%*s %%%31[a-zA-Z]", name) == 1) {
    put(out, "R _%s;\n", name);
  }
}

static void bytes_named(struct out *out, const char *line, const char *how) {
  const char *type = strstr(line, ".b8 ");
  if (type)
    put(out, "%s unsigned char __attribute__((aligned(16))) %.*s;\n", how, (int)strcspn(type + 4, ";"), type + 4);
}

static void body(struct out *out, const char *text) {
  char line[1024];
  for (; *text; text += strcspn(text, "\n") + 1) {
    snprintf(line, sizeof line, "%.*s", (int)strcspn(text, "\n"), text);
    char *start = line + strspn(line, " \t"), *comment = strstr(start, "//");
    if (comment) *comment = 0;
    size_t size = strlen(start);
    while (size && isspace((unsigned char)start[size - 1])) start[--size] = 0;
    if (!size) continue;
    if (strcmp(start, "}") == 0) return;
    if (start[size - 1] == ':') put(out, "%s;\n", start[0] == '$' ? start + 1 : start);
    else if (strncmp(start, ".reg", 4) == 0) registers(out, start);
    else if (strncmp(start, ".local", 6) == 0) bytes_named(out, start, "");
    else if (start[0] == '.' || start[0] == '{' || start[0] == '(')
      out->failed = start[0] != '.' || !strstr(start, ".loc");
    else instruction(out, start);
    if (out->failed) {
      fprintf(stderr, "lab: cannot play the instruction: %s\n", start);
      return;
    }
  }
}

static void globals(struct out *out, const char *ptx) {
  for (const char *at = strstr(ptx, ".global .align"); at; at = strstr(at + 1, ".global .align")) {
    char line[1024];
    snprintf(line, sizeof line, "%.*s", (int)strcspn(at, "\n"), at);
    if (at > ptx && strchr("\t ", at[-1]) && strstr(line, ".b8 ")) bytes_named(out, line, "static");
  }
}

static int translate(struct out *out, const char *ptx, const char *name) {
  const char *open = strstr(entry_of(ptx, name), "\n{");
  if (!open) return 0;
  put(out, "%s", prelude);
  globals(out, ptx);
  put(out, "static inline void thread(void **parameters, const unsigned *at, const unsigned *t, ");
  put(out, "const unsigned *n) {\n");
  body(out, open + 2);
  put(out,
      "}\n"
      "void kernel(void **parameters, const unsigned *grid, const unsigned *n) {\n"
      "  unsigned at[3], t[3];\n"
      "  for (at[2] = 0; at[2] < grid[2]; at[2]++) for (at[1] = 0; at[1] < grid[1]; at[1]++)\n"
      "    for (at[0] = 0; at[0] < grid[0]; at[0]++) for (t[2] = 0; t[2] < n[2]; t[2]++)\n"
      "      for (t[1] = 0; t[1] < n[1]; t[1]++) for (t[0] = 0; t[0] < n[0]; t[0]++) thread(parameters, at, t, n);\n"
      "}\n");
  return !out->failed;
}

/* Compilation. */

static int run_gcc(const char *source, const char *library) {
  char *arguments[] = {"gcc", "-O2", "-march=native", "-ffp-contract=off", "-fwrapv", "-fno-strict-aliasing", "-w",
                       "-shared", "-fPIC", "-o", (char *)library, (char *)source, "-lm", NULL};
  posix_spawn_file_actions_t quietly;
  pid_t child;
  int status = -1;
  posix_spawn_file_actions_init(&quietly);
  posix_spawn_file_actions_addopen(&quietly, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  int spawned = posix_spawnp(&child, "gcc", &quietly, NULL, arguments, environ);
  posix_spawn_file_actions_destroy(&quietly);
  if (spawned != 0) return 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static uint64_t digest(const char *text) {
  uint64_t hash = 14695981039346656037ull;
  for (; *text; text++) hash = (hash ^ (uint8_t)*text) * 1099511628211ull;
  return hash;
}

static int build(const char *folder, const char *library, const char *text) {
  char source[4200], partial[4200];
  snprintf(source, sizeof source, "%s/%d-%lx.c", folder, getpid(), (unsigned long)pthread_self());
  snprintf(partial, sizeof partial, "%s/%d-%lx.so", folder, getpid(), (unsigned long)pthread_self());
  FILE *file = fopen(source, "we");
  if (!file) return 0;
  fputs(text, file);
  fclose(file);
  int built = run_gcc(source, partial) && rename(partial, library) == 0;
  unlink(source);
  return built;
}

int kernel_compile(const char *ptx, const char *name, kernel_code **code) {
  char folder[4100], library[4200];
  struct out out = {0};
  const char *cache = getenv("CUDA_CACHE_PATH"), *kernels = said(SYSTEM, "kernels");
  path_in_folder(folder, sizeof folder, cache ? cache : kernels ? kernels : "jit");
  mkdir(folder, 0777);
  int translated_all = translate(&out, ptx, name);
  if (translated_all) snprintf(library, sizeof library, "%s/%016llx.so", folder, (unsigned long long)digest(out.at));
  int built = translated_all && (access(library, R_OK) == 0 || build(folder, library, out.at));
  free(out.at);
  void *loaded = built ? dlopen(library, RTLD_NOW | RTLD_LOCAL) : NULL;
  if (loaded) *(void **)code = dlsym(loaded, "kernel");
  return loaded && *code;
}
