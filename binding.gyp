{
  "targets": [
    {
      "target_name": "lvs_netlink",
      "conditions": [
        ["OS=='linux'", {
          "sources": [
            "native/addon.cc",
            "native/handle.cc",
            "native/connection_reader.cc",
            "native/commands.cc",
            "native/connections.cc",
            "native/conversation.cc",
            "native/director_stats.cc",
            "native/features.cc",
            "native/ipvs_answers.cc",
            "native/ipvs_messages.cc",
            "native/link.cc",
            "native/lists.cc",
            "native/netlink_socket.cc",
            "native/netns.cc",
            "native/patches.cc",
            "native/sysctls.cc"
          ],
          "include_dirs": ["<!(node -p \"require('node-addon-api').include_dir\")"],
          "defines": [
            "NAPI_VERSION=9",
            "NAPI_DISABLE_CPP_EXCEPTIONS",
            "NODE_ADDON_API_DISABLE_DEPRECATED",
            "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS"
          ],
          "cflags": ["<!@(pkg-config --cflags libnl-3.0 libnl-genl-3.0)", "-Wall", "-Wextra", "-O2"],
          "cflags_cc": ["-std=c++20"],
          "cflags_cc!": ["-std=gnu++17", "-std=gnu++20"],
          "libraries": ["<!@(pkg-config --libs libnl-3.0 libnl-genl-3.0)"],
          "ldflags": ["-pthread"]
        }, {
          "type": "none"
        }]
      ]
    }
  ]
}
