package dev.penstock.node;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/**
 * JSON from which records become again what they were: the cases of a sealed interface are told
 * apart by a {@value #KIND}, which is the simple name of the record.
 */
public final class SealedJson {
  public static final String KIND = "kind";

  private SealedJson() {}

  /** What is unknown, and what else holds, is left to the caller. */
  public static JsonMapper.Builder builder() {
    return JsonMapper.builder()
        .annotationIntrospector(new Sums())
        .changeDefaultVisibility(visibility ->
            visibility
                .withGetterVisibility(Visibility.NONE)
                .withIsGetterVisibility(Visibility.NONE)
                .withFieldVisibility(Visibility.ANY))
        .changeDefaultPropertyInclusion(
            inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_ABSENT))
        .addModule(
            new SimpleModule().addAbstractTypeMapping(SequencedMap.class, LinkedHashMap.class));
  }

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
