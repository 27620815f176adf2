package dev.penstock.hardware;

import dev.penstock.model.Reading.Why;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A tree as text, one JSON object a line, so that a captured machine can be read, compared and put
 * under version control whatever its paths are named: names with colons, links and device nodes
 * could not be.
 */
public final class TreeText {
  private static final JsonMapper MAPPER = JsonMapper.shared();

  private TreeText() {}

  public static String write(Tree tree) {
    StringBuilder text = new StringBuilder();
    tree.nodes().forEach((path, node) -> text.append(line(path, node)).append('\n'));
    return text.toString();
  }

  /**
   * Reads what {@link #write} wrote. Empty lines are nothing.
   *
   * @throws IllegalArgumentException naming the line that makes no sense
   */
  public static Tree read(String text) {
    Map<String, Node> nodes = new TreeMap<>();
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      if (!line.isBlank()) {
        try {
          JsonNode json = MAPPER.readTree(line);
          nodes.put(json.required("path").stringValue(), node(json));
        } catch (JacksonException | IllegalArgumentException e) {
          throw new IllegalArgumentException("line " + number + ": " + e.getMessage(), e);
        }
      }
    }
    return new Tree(nodes);
  }

  static String line(String path, Node node) {
    ObjectNode json = MAPPER.createObjectNode().put("path", path);
    switch (node) {
      case Node.Text(String text) -> json.put("text", text);
      case Node.Hex(String digits) -> json.put("hex", digits);
      case Node.Link(String target) -> json.put("link", target);
      case Node.Folder(List<String> names) -> names.forEach(json.putArray("folder")::add);
      case Node.Exists(Node.Owner owner) -> own(json.put("exists", true), owner);
      case Node.Device(char kind, int major, int minor, Node.Owner owner, String opened) ->
          own(json.put("device", kind + " " + major + ":" + minor), owner).put("open", opened);
      case Node.Space(long total, long free) -> json.put("total", total).put("free", free);
      case Node.Missing _ -> json.put("missing", true);
      case Node.Unreadable(Why why, String text) ->
          json.put("unreadable", why.name().toLowerCase(Locale.ROOT)).put("said", text);
    }
    return json.toString();
  }

  private static ObjectNode own(ObjectNode json, Node.Owner owner) {
    return json.put("mode", String.format(Locale.ROOT, "%04o", owner.mode()))
        .put("user", owner.user())
        .put("group", owner.group());
  }

  static Node node(JsonNode json) {
    if (json.has("text")) {
      return new Node.Text(json.get("text").stringValue());
    }
    if (json.has("hex")) {
      return new Node.Hex(json.get("hex").stringValue());
    }
    if (json.has("link")) {
      return new Node.Link(json.get("link").stringValue());
    }
    if (json.has("folder")) {
      List<String> names = new ArrayList<>();
      json.get("folder").forEach(name -> names.add(name.stringValue()));
      return new Node.Folder(names);
    }
    if (json.has("device")) {
      String[] parts = json.get("device").stringValue().split("[ :]", -1);
      return new Node.Device(
          parts[0].charAt(0),
          Integer.parseInt(parts[1]),
          Integer.parseInt(parts[2]),
          owner(json),
          json.get("open").stringValue());
    }
    if (json.has("exists")) {
      return new Node.Exists(owner(json));
    }
    if (json.has("total")) {
      return new Node.Space(json.get("total").longValue(), json.get("free").longValue());
    }
    if (json.has("missing")) {
      return new Node.Missing();
    }
    if (json.has("unreadable")) {
      return new Node.Unreadable(
          Why.valueOf(json.get("unreadable").stringValue().toUpperCase(Locale.ROOT)),
          json.get("said").stringValue());
    }
    throw new IllegalArgumentException("says nothing about the path: " + json);
  }

  private static Node.Owner owner(JsonNode json) {
    return new Node.Owner(
        Integer.parseInt(json.required("mode").stringValue(), 8),
        json.required("user").intValue(),
        json.required("group").intValue());
  }
}
