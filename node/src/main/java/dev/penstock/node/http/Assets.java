package dev.penstock.node.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.regex.Pattern;

/** The files of the dashboard, in {@code ui} beside this class. Any thread. */
final class Assets {
  /** Lower-case names, no dots in front: nothing leads out of the folder. */
  private static final Pattern NAME =
      Pattern.compile("(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*");

  private static final String INDEX = "index.html";

  private final ConcurrentMap<String, Asset> read = new ConcurrentHashMap<>();

  private static final class Asset {
    private final byte[] bytes;
    private final String tag;
    private final String type;

    Asset(byte[] bytes, String tag, String type) {
      this.bytes = bytes;
      this.tag = tag;
      this.type = type;
    }
  }

  boolean hasIndex() {
    return find(INDEX).isPresent();
  }

  void answer(Context context, String name) {
    Asset asset =
        find(name.isEmpty() ? INDEX : name)
            .orElseThrow(() -> ProblemException.notFound("/ui/" + name, "see /ui/"));
    context.header("ETag", asset.tag).header("Cache-Control", "no-cache");
    if (FileAnswer.matches(context.header("If-None-Match"), asset.tag)) {
      context.status(304);
      return;
    }
    context.contentType(asset.type).result(asset.bytes);
  }

  private Optional<Asset> find(String name) {
    if (!NAME.matcher(name).matches()) {
      return Optional.empty();
    }
    Asset known = read.get(name);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<Asset> found = load("ui/" + name).map(bytes -> asset(name, bytes));
    found.ifPresent(asset -> read.put(name, asset));
    return found;
  }

  private static Asset asset(String name, byte[] bytes) {
    String hash = HexFormat.of().formatHex(Arrays.copyOf(Tokens.sha256(bytes), 16));
    return new Asset(bytes, "\"" + hash + "\"", MediaTypes.ofAsset(name));
  }

  /** A resource of this package. */
  static Optional<byte[]> load(String name) {
    try (InputStream in = Assets.class.getResourceAsStream(name)) {
      return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
