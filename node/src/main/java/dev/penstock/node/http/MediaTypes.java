package dev.penstock.node.http;

import java.util.Locale;
import java.util.Map;

/** Types by extension. */
final class MediaTypes {
  static final String OTHER = "application/octet-stream";

  private static final Map<String, String> ASSETS =
      Map.ofEntries(
          Map.entry("html", "text/html; charset=utf-8"),
          Map.entry("mjs", "text/javascript; charset=utf-8"),
          Map.entry("js", "text/javascript; charset=utf-8"),
          Map.entry("css", "text/css; charset=utf-8"),
          Map.entry("json", "application/json"),
          Map.entry("map", "application/json"),
          Map.entry("webmanifest", "application/manifest+json"),
          Map.entry("svg", "image/svg+xml"),
          Map.entry("png", "image/png"),
          Map.entry("ico", "image/x-icon"),
          Map.entry("woff2", "font/woff2"),
          Map.entry("txt", "text/plain; charset=utf-8"),
          Map.entry("md", "text/plain; charset=utf-8"));

  /** None of these runs scripts. */
  private static final Map<String, String> MEDIA =
      Map.ofEntries(
          Map.entry("mp4", "video/mp4"),
          Map.entry("m4v", "video/mp4"),
          Map.entry("m4s", "video/iso.segment"),
          Map.entry("cmfv", "video/mp4"),
          Map.entry("cmfa", "audio/mp4"),
          Map.entry("m4a", "audio/mp4"),
          Map.entry("mov", "video/quicktime"),
          Map.entry("mkv", "video/x-matroska"),
          Map.entry("webm", "video/webm"),
          Map.entry("ts", "video/mp2t"),
          Map.entry("m3u8", "application/vnd.apple.mpegurl"),
          Map.entry("mpd", "application/dash+xml"),
          Map.entry("vtt", "text/vtt; charset=utf-8"),
          Map.entry("json", "application/json"),
          Map.entry("jpg", "image/jpeg"),
          Map.entry("jpeg", "image/jpeg"),
          Map.entry("png", "image/png"),
          Map.entry("webp", "image/webp"));

  private MediaTypes() {}

  static String ofAsset(String name) {
    return ASSETS.getOrDefault(extension(name), OTHER);
  }

  static String ofMedia(String name) {
    return MEDIA.getOrDefault(extension(name), OTHER);
  }

  private static String extension(String name) {
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }
}
