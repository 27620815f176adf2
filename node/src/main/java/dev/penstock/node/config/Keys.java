package dev.penstock.node.config;

import dev.penstock.node.text.ValueReader;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** All keys of a configuration, and what stands there. */
public final class Keys {
  private Keys() {}

  /**
   * A key as it is described.
   *
   * @param name such as {@code http.port}; of an item, {@code watch[].folder}
   * @param atOnce whether a change holds without a restart
   */
  public record Key(String name, boolean atOnce) {}

  /** All that there are, in the order of the records. */
  public static List<Key> all() {
    List<Key> keys = new ArrayList<>();
    collect(Config.class, "", false, keys);
    return keys;
  }

  private static void collect(Class<?> section, String path, boolean above, List<Key> keys) {
    for (RecordComponent each : section.getRecordComponents()) {
      String name = ValueReader.child(path, Binder.key(each));
      boolean atOnce = above || each.isAnnotationPresent(AtOnce.class);
      Type type = each.getGenericType();
      if (Binder.isSection(type)) {
        collect(Binder.raw(type), name, atOnce, keys);
        continue;
      }
      keys.add(new Key(name, atOnce));
      if (Binder.raw(type) == List.class && Binder.isSection(Binder.held(type))) {
        collect(Binder.raw(Binder.held(type)), name + "[]", atOnce, keys);
      }
    }
  }

  /** What stands at each key, as it would be written; lists and maps as one. */
  public static Map<String, Object> values(Config config) {
    Map<String, Object> all = new LinkedHashMap<>();
    values(config, "", all);
    return all;
  }

  private static void values(Record section, String path, Map<String, Object> all) {
    for (RecordComponent each : section.getClass().getRecordComponents()) {
      String name = ValueReader.child(path, Binder.key(each));
      Object value = value(each, section);
      if (Binder.isSection(each.getGenericType())) {
        values((Record) value, name, all);
      } else {
        all.put(name, plain(value));
      }
    }
  }

  private static Object value(RecordComponent component, Record section) {
    try {
      return component.getAccessor().invoke(section);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(component.toString(), e);
    }
  }

  private static Object plain(Object value) {
    return switch (value) {
      case Optional<?> optional -> optional.<Object>map(Keys::plain).orElse("");
      case Duration time -> Times.text(time);
      case Enum<?> word -> Binder.word(word);
      case List<?> list -> list.stream().map(Keys::plain).toList();
      case Map<?, ?> map -> {
        Map<String, Object> sorted = new TreeMap<>();
        map.forEach((key, each) -> sorted.put(String.valueOf(key), plain(each)));
        yield sorted;
      }
      case Integer number -> number;
      case Boolean truth -> truth;
      case Record section when Binder.isSection(section.getClass()) -> {
        Map<String, Object> keys = new LinkedHashMap<>();
        values(section, "", keys);
        yield keys;
      }
      default -> value.toString();
    };
  }
}
