package dev.penstock.hardware.nvidia;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.penstock.model.Reading;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON that facts survive, there and back: for handing them from one process of ours to another and
 * for keeping them. A {@code kind} tells readings that are there from those that are not. Not for
 * users.
 */
public final class ReadingJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().addMixIn(Reading.class, Shape.class).build();

  private ReadingJson() {}

  /** One for all; it cannot be changed. */
  public static JsonMapper mapper() {
    return MAPPER;
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Reading.Present.class, name = "present"),
    @JsonSubTypes.Type(value = Reading.Absent.class, name = "absent"),
  })
  private interface Shape {}
}
