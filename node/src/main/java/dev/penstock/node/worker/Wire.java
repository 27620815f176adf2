package dev.penstock.node.worker;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/**
 * JSON from which records of the model become again what they were: the cases of a sum are told
 * apart by a {@code kind}. For both ends of one build, and for no user.
 */
public final class Wire {
  private static final String KIND = "kind";

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .annotationIntrospector(new Sums())
          .changeDefaultVisibility(visibility ->
              visibility
                  .withGetterVisibility(Visibility.NONE)
                  .withIsGetterVisibility(Visibility.NONE)
                  .withFieldVisibility(Visibility.ANY))
          .changeDefaultPropertyInclusion(
              inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_ABSENT))
          .addModule(
              new SimpleModule().addAbstractTypeMapping(SequencedMap.class, LinkedHashMap.class))
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private Wire() {}

  /**
   * As JSON on one line.
   *
   * @param type as which it will be read
   */
  public static <T> String write(T value, Class<T> type) {
    return MAPPER.writerFor(type).writeValueAsString(value);
  }

  /**
   * What was written.
   *
   * @throws tools.jackson.core.JacksonException when it is not of this type
   */
  public static <T> T read(String json, Class<T> type) {
    return MAPPER.readValue(json, type);
  }

  /** Sealed interfaces are written with the simple name of the record. */
  private static final class Sums extends JacksonAnnotationIntrospector {
    @Override
    public JsonTypeInfo.@Nullable Value findPolymorphicTypeInfo(
        MapperConfig<?> config, Annotated annotated) {
      JsonTypeInfo.Value said = super.findPolymorphicTypeInfo(config, annotated);
      return said == null && annotated instanceof AnnotatedClass && isSum(annotated.getRawType())
          ? JsonTypeInfo.Value.construct(
              JsonTypeInfo.Id.SIMPLE_NAME, JsonTypeInfo.As.PROPERTY, KIND, null, false, true, null)
          : said;
    }

    private static boolean isSum(Class<?> type) {
      return type.isSealed() && type.isInterface();
    }
  }
}
