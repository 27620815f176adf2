package dev.penstock.node.config;

import dev.penstock.node.text.Mistakes;
import dev.penstock.node.text.Value;
import dev.penstock.node.text.ValueReader;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes records of values, and gathers what is wrong with them. */
final class Binder {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)\\}");

  private final Map<String, String> environment;
  private final Mistakes mistakes;

  /**
   * @param environment that paths may refer to
   */
  Binder(Map<String, String> environment, Mistakes mistakes) {
    this.environment = environment;
    this.mistakes = mistakes;
  }

  /** The key of a component. */
  static String key(RecordComponent component) {
    Named named = component.getAnnotation(Named.class);
    return named != null
        ? named.value()
        : component.getName().replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
  }

  /** Its raw class. */
  static Class<?> raw(Type type) {
    return type instanceof ParameterizedType many ? (Class<?>) many.getRawType() : (Class<?>) type;
  }

  /** What it holds: of an optional, a list or a map. */
  static Type held(Type type) {
    Type[] all = ((ParameterizedType) type).getActualTypeArguments();
    return all[all.length - 1];
  }

  /** Whether it has keys of its own. */
  static boolean isSection(Type type) {
    Class<?> raw = raw(type);
    return raw.isRecord() && raw != Bytes.class && raw != Percent.class && raw != Count.class;
  }

  /**
   * A record.
   *
   * @param defaults hold where the user says nothing
   * @return empty when something was wrong, which is among the mistakes then
   */
  <T> Optional<T> bind(
      Class<T> type, Value.Keyed user, Optional<Value.Keyed> defaults, String path) {
    RecordComponent[] components = type.getRecordComponents();
    refuseUnknown(components, user, path);
    List<@Nullable Object> values = new ArrayList<>();
    for (RecordComponent component : components) {
      values.add(component(component, user, defaults, path).orElse(null));
    }
    return values.contains(null) ? Optional.empty() : Optional.of(make(type, components, values));
  }

  private static <T> T make(
      Class<T> type, RecordComponent[] components, List<@Nullable Object> values) {
    try {
      Class<?>[] types =
          Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      return type.getDeclaredConstructor(types).newInstance(values.toArray());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type.getName(), e);
    }
  }

  private void refuseUnknown(RecordComponent[] components, Value.Keyed user, String path) {
    List<String> known = Stream.of(components).map(Binder::key).toList();
    user.entries()
        .forEach((key, entry) -> {
          if (!known.contains(key)) {
            mistakes.unknown(entry.line(), ValueReader.child(path, key), key, known);
          }
        });
  }

  private Optional<?> component(
      RecordComponent component, Value.Keyed user, Optional<Value.Keyed> all, String path) {
    String key = key(component);
    String place = ValueReader.child(path, key);
    Value.Entry own = user.entries().get(key);
    Optional<Value> usual = usual(component, key, all);
    Slot slot = new Slot(component, component.getGenericType(), place);
    if (isSection(component.getGenericType())) {
      return section(slot, Optional.ofNullable(own), usual);
    }
    Value value = own != null ? own.value() : usual.orElse(null);
    if (value == null) {
      return absent(slot, user.line());
    }
    return value(slot, value);
  }

  private static Optional<Value> usual(
      RecordComponent component, String key, Optional<Value.Keyed> all) {
    Usual written = component.getAnnotation(Usual.class);
    return all.map(each -> each.entries().get(key))
        .map(Value.Entry::value)
        .or(() -> Optional.ofNullable(written).map(each -> new Value.Text(0, each.value())));
  }

  /** A component, or an item of one. */
  private record Slot(RecordComponent component, Type type, String place) {
    Slot item(Type held, String at) {
      return new Slot(component, held, at);
    }
  }

  private Optional<?> section(Slot slot, Optional<Value.Entry> own, Optional<Value> usual) {
    Optional<Value.Keyed> defaults =
        usual.filter(Value.Keyed.class::isInstance).map(Value.Keyed.class::cast);
    Value value =
        own.map(Value.Entry::value).orElseGet(() -> new Value.Nothing(defaults.isEmpty() ? 1 : 0));
    return switch (said(value)) {
      case Value.Keyed keyed -> bind(raw(slot.type()), keyed, defaults, slot.place());
      case Value.Nothing(int line) ->
          bind(raw(slot.type()), new Value.Keyed(line, Map.of()), defaults, slot.place());
      case Value.Scalar _, Value.Items _ -> wrong(slot, value, "keys with values");
    };
  }

  private Optional<?> absent(Slot slot, int line) {
    Class<?> raw = raw(slot.type());
    if (raw == Optional.class) {
      return Optional.of(Optional.empty());
    } else if (raw == List.class) {
      return Optional.of(List.of());
    } else if (raw == Map.class) {
      return Optional.of(Map.of());
    }
    return add(line, slot.place(), "is missing", "give it a value: " + allowed(slot));
  }

  /** No words are nothing. */
  private static Value said(Value value) {
    return value instanceof Value.Text(int line, String text) && text.isEmpty()
        ? new Value.Nothing(line)
        : value;
  }

  private Optional<?> value(Slot slot, Value written) {
    Value value = said(written);
    Class<?> raw = raw(slot.type());
    if (raw == Optional.class) {
      return value instanceof Value.Nothing
          ? Optional.of(Optional.empty())
          : value(slot.item(held(slot.type()), slot.place()), value)
              .<Object>map(each -> (Object) Optional.of(each));
    } else if (raw == List.class) {
      return list(slot, value);
    } else if (raw == Map.class) {
      return map(slot, value);
    }
    return switch (value) {
      case Value.Keyed keyed when isSection(slot.type()) ->
          bind(raw, keyed, Optional.empty(), slot.place());
      case Value.Scalar scalar when !isSection(slot.type()) -> scalar(slot, scalar);
      case Value.Scalar _, Value.Keyed _, Value.Items _, Value.Nothing _ ->
          wrong(slot, value, allowed(slot));
    };
  }

  private Optional<?> list(Slot slot, Value value) {
    List<Value> items =
        switch (value) {
          case Value.Items list -> list.items();
          case Value.Nothing _ -> List.of();
          case Value.Scalar _, Value.Keyed _ -> {
            Optional<?> _ = wrong(slot, value, "a list");
            yield List.of();
          }
        };
    List<Object> all = new ArrayList<>();
    for (Value item : items) {
      String place = slot.place() + "[" + all.size() + "]";
      Optional<?> bound = value(slot.item(held(slot.type()), place), item);
      if (bound.isEmpty()) {
        return Optional.empty();
      }
      all.add(bound.get());
    }
    return Optional.of(List.copyOf(all));
  }

  private Optional<?> map(Slot slot, Value value) {
    Map<String, Value.Entry> entries =
        switch (value) {
          case Value.Keyed keyed -> keyed.entries();
          case Value.Nothing _ -> Map.of();
          case Value.Scalar _, Value.Items _ -> {
            Optional<?> _ = wrong(slot, value, "names with values");
            yield Map.of();
          }
        };
    Map<String, Object> all = new LinkedHashMap<>();
    entries.forEach((key, entry) ->
        value(slot.item(held(slot.type()), ValueReader.child(slot.place(), key)), entry.value())
            .ifPresent(bound -> all.put(key, bound)));
    return all.size() == entries.size() ? Optional.of(Map.copyOf(all)) : Optional.empty();
  }

  private Optional<?> scalar(Slot slot, Value.Scalar scalar) {
    Class<?> raw = raw(slot.type());
    Optional<?> read = raw == Path.class ? path(slot, scalar) : parse(raw, scalar.text());
    if (read.isEmpty()) {
      return raw == Path.class ? read : wrong(slot, scalar, allowed(slot));
    }
    return isWithin(slot, raw, read.get()) ? read : wrong(slot, scalar, allowed(slot));
  }

  static Optional<?> parse(Class<?> type, String text) {
    if (type == String.class) {
      return Optional.of(text);
    } else if (type == int.class) {
      return text.matches("-?\\d{1,9}") ? Optional.of(Integer.valueOf(text)) : Optional.empty();
    } else if (type == boolean.class) {
      return text.equals("true") || text.equals("false")
          ? Optional.of(Boolean.valueOf(text))
          : Optional.empty();
    } else if (type == Duration.class) {
      return Times.parse(text);
    } else if (type == Bytes.class) {
      return Bytes.parse(text);
    } else if (type == Percent.class) {
      return Percent.parse(text);
    } else if (type == Count.class) {
      return Count.parse(text);
    } else if (type.isEnum()) {
      return Stream.of(type.getEnumConstants())
          .filter(each -> word((Enum<?>) each).equals(text))
          .findFirst();
    }
    throw new IllegalStateException("no values of " + type);
  }

  static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @SuppressWarnings("unchecked")
  private static boolean isWithin(Slot slot, Class<?> type, Object value) {
    Range range = slot.component().getAnnotation(Range.class);
    if (range == null || !(value instanceof Comparable<?> number)) {
      return true;
    }
    Comparable<Object> any = (Comparable<Object>) number;
    return any.compareTo(parse(type, range.least()).orElseThrow()) >= 0
        && any.compareTo(parse(type, range.most()).orElseThrow()) <= 0;
  }

  /** With what the environment says; a daemon has no folder that a path could start in. */
  private Optional<Path> path(Slot slot, Value.Scalar scalar) {
    Matcher variables = VARIABLE.matcher(scalar.text());
    List<String> unset =
        variables
            .results()
            .map(each -> each.group(1))
            .filter(each -> !environment.containsKey(each))
            .toList();
    if (!unset.isEmpty()) {
      add(
          scalar.line(),
          slot.place(),
          "refers to " + unset.getFirst() + ", which is not in the environment",
          "set it, or write the path out");
      return Optional.empty();
    }
    String text =
        VARIABLE
            .matcher(scalar.text())
            .replaceAll(
                found -> Matcher.quoteReplacement(environment.getOrDefault(found.group(1), "")));
    Optional<Path> path = absolute(text);
    if (path.isEmpty()) {
      boolean secret = slot.component().isAnnotationPresent(SecretFile.class);
      add(
          scalar.line(),
          slot.place(),
          (secret ? "holds" : "holds '" + scalar.text() + "',") + " what is no full path",
          secret
              ? "a secret is never written here: put it into a file that only the daemon reads"
                  + " (chmod 600), and name that"
              : "begin it with /");
    }
    return path;
  }

  private static Optional<Path> absolute(String text) {
    try {
      return Optional.of(Path.of(text)).filter(Path::isAbsolute);
    } catch (InvalidPathException _) {
      return Optional.empty();
    }
  }

  private Optional<?> wrong(Slot slot, Value value, String wanted) {
    boolean secret = slot.component().isAnnotationPresent(SecretFile.class);
    return add(
        value.line(),
        slot.place(),
        "holds " + (secret ? "something else" : value.noun()),
        "it may hold " + wanted);
  }

  /** What may stand there, in words. */
  private static String allowed(Slot slot) {
    Type type = raw(slot.type()) == Optional.class ? held(slot.type()) : slot.type();
    Range range = slot.component().getAnnotation(Range.class);
    String within = range == null ? "" : ", " + range.least() + " to " + range.most();
    Class<?> raw = raw(type);
    if (raw == int.class) {
      return "a whole number" + within;
    } else if (raw == boolean.class) {
      return "true or false";
    } else if (raw == Duration.class) {
      return "a time such as 500ms, 30s or 1h30m" + within;
    } else if (raw == Bytes.class) {
      return "a size such as 512MiB or 2GiB" + within;
    } else if (raw == Percent.class) {
      return "a part such as 80%" + within;
    } else if (raw == Count.class) {
      return "auto or a whole number" + within;
    } else if (raw == Path.class) {
      return "a full path";
    } else if (raw == List.class) {
      return "a list";
    } else if (raw.isEnum()) {
      return "one of "
          + Arrays.stream(raw.getEnumConstants())
              .map(each -> word((Enum<?>) each))
              .collect(Collectors.joining(", "));
    }
    return isSection(type) ? "keys with values" : "words";
  }

  private Optional<?> add(int line, String key, String problem, String next) {
    mistakes.add(Math.max(1, line), key, problem, next + "; see " + Config.DOCS);
    return Optional.empty();
  }
}
