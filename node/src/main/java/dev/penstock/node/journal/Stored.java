package dev.penstock.node.journal;

import dev.penstock.model.Failure;
import dev.penstock.model.Report;
import dev.penstock.node.JobId;
import dev.penstock.node.JobState;
import dev.penstock.node.SealedJson;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.ObjectNode;

/** JSON in columns. Later builds have to read it: what they no longer know is left out. */
final class Stored {
  private static final JsonMapper MAPPER =
      builder()
          .addModule(
              new SimpleModule()
                  .addSerializer(Report.class, new ReportWriter())
                  .addDeserializer(Report.class, new ReportReader()))
          .build();

  private Stored() {}

  private static JsonMapper.Builder builder() {
    return SealedJson.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
  }

  static String state(JobState state) {
    return MAPPER.writerFor(JobState.class).writeValueAsString(state);
  }

  static JobState state(String text) {
    try {
      return MAPPER.readValue(text, JobState.class);
    } catch (JacksonException e) {
      return MAPPER.treeToValue(withoutReports(MAPPER.readTree(text)), JobState.class);
    }
  }

  // The report of a wrong output is a large part of the model, which may have changed since. The
  // job keeps its diagnosis.
  private static JsonNode withoutReports(JsonNode state) {
    for (String at : List.of("failure", "last")) {
      if (state.path(at) instanceof ObjectNode failure && failure.has("report")) {
        failure.remove("report");
        failure.put(SealedJson.KIND, Failure.Bug.class.getSimpleName());
      }
    }
    return state;
  }

  /** The texts under these names in what a spec asks for; none of what is not JSON. */
  static List<String> named(String spec, String... names) {
    try {
      JsonNode tree = MAPPER.readTree(spec);
      return Stream.of(names)
          .flatMap(name -> tree.valueStream().map(kind -> kind.path(name)))
          .filter(JsonNode::isString)
          .map(JsonNode::stringValue)
          .toList();
    } catch (JacksonException _) {
      return List.of();
    }
  }

  static String texts(List<String> texts) {
    return MAPPER.writeValueAsString(texts);
  }

  static List<String> texts(String text) {
    return MAPPER.readValue(text, new TypeReference<List<String>>() {});
  }

  static String map(Map<String, String> map) {
    return MAPPER.writeValueAsString(map);
  }

  static Map<String, String> map(String text) {
    return MAPPER.readValue(text, new TypeReference<Map<String, String>>() {});
  }

  /** What an event tells of a step. */
  static String step(@Nullable JobState from, JobState to) {
    ObjectNode data = MAPPER.createObjectNode();
    if (from != null) {
      data.put("from", from.label());
    }
    data.put("to", to.label());
    switch (to) {
      case JobState.Waiting waiting -> {
        var on = data.putArray("on");
        waiting.on().stream().map(JobId::value).forEach(on::add);
      }
      case JobState.Running running -> {
        data.put("attempt", running.attempt()).put("worker", running.worker());
        running.gpus().forEach(data.putArray("gpus")::add);
      }
      case JobState.Cancelling cancelling -> data.put("by", cancelling.by());
      case JobState.Cancelled cancelled -> data.put("by", cancelled.by());
      case JobState.Backoff backoff -> {
        data.put("until", backoff.until().toString());
        failure(data, backoff.last());
      }
      case JobState.Failed failed -> failure(data, failed.failure());
      case JobState.Quarantined quarantined -> {
        failure(data, quarantined.failure());
        quarantined.evidence().forEach(data.putArray("evidence")::add);
      }
      case JobState.Queued _, JobState.Done _ -> {}
    }
    return MAPPER.writeValueAsString(data);
  }

  private static void failure(ObjectNode data, Failure failure) {
    data.putObject("failure")
        .put("type", failure.getClass().getSimpleName())
        .put("message", failure.diagnosis().line());
  }

  /** What an event tells of something counted. */
  static String count(String name, long count) {
    return MAPPER.writeValueAsString(MAPPER.createObjectNode().put(name, count));
  }

  /** A report brings the whole model with it: only states that hold one pay for that. */
  private static final class Reports {
    static final JsonMapper MAPPER = builder().build();
  }

  private static final class ReportWriter extends ValueSerializer<Report> {
    @Override
    public void serialize(Report report, JsonGenerator out, SerializationContext context) {
      out.writeString(Reports.MAPPER.writeValueAsString(report));
    }
  }

  private static final class ReportReader extends ValueDeserializer<Report> {
    @Override
    public Report deserialize(JsonParser in, DeserializationContext context) {
      return Reports.MAPPER.readValue(in.getString(), Report.class);
    }
  }
}
