package dev.penstock.node;

import dev.penstock.model.CodedStretch;
import dev.penstock.node.http.JobDetails;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** What is kept of a job beside its states. */
record Tale(
    Optional<JobDetails.Plan> plan,
    List<JobDetails.Segment> segments,
    List<JobDetails.Line> lines,
    Optional<Coding> coding) {
  /** Later builds have to read it: what they no longer know is left out. */
  private static final JsonMapper MAPPER =
      SealedJson.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  static final Tale NONE = new Tale(Optional.empty(), List.of(), List.of(), Optional.empty());

  /** How the pictures were coded by the last attempt. Empty in tales of earlier builds. */
  record Coding(List<CodedStretch> stretches) {
    Coding {
      stretches = List.copyOf(stretches);
    }
  }

  Tale {
    segments = List.copyOf(segments);
    lines = List.copyOf(lines);
  }

  /** As bytes, packed. */
  byte[] packed() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(MAPPER.writeValueAsBytes(this));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static Tale of(byte[] packed) {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      return MAPPER.readValue(in.readAllBytes(), Tale.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
