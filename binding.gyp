{
  "targets": [
    {
      "target_name": "lvs_netlink",
      "conditions": [
        ["OS=='linux'", {
          "sources": [
            "native/node/addon.cc",
            "native/node/connection_reader.cc",
            "native/node/handle.cc",
            "native/node/host.cc",
            "native/connections/reader.cc",
            "native/connections/table.cc",
            "native/ipvs/answers.cc",
            "native/ipvs/commands.cc",
            "native/ipvs/conversation.cc",
            "native/ipvs/director_stats.cc",
            "native/ipvs/features.cc",
            "native/ipvs/link.cc",
            "native/ipvs/lists.cc",
            "native/ipvs/messages.cc",
            "native/ipvs/patches.cc",
            "native/ipvs/socket_options.cc",
            "native/ipvs/socket_requests.cc",
            "native/ipvs/sysctls.cc",
            "native/netlink/inquiry.cc",
            "native/netlink/netns.cc",
            "native/netlink/socket.cc"
          ],
          # The published package has the headers of its own (tools/pack/headers.mjs).
          "include_dirs": ["<!(node -p \"fs.existsSync('native/node-addon-api') ? 'native/node-addon-api' : require('node-addon-api').include_dir\")"],
          "defines": [
            "NAPI_VERSION=9",
            "NAPI_DISABLE_CPP_EXCEPTIONS",
            "NODE_ADDON_API_DISABLE_DEPRECATED",
            "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS"
          ],
          "cflags": ["<!@(pkg-config --cflags libnl-3.0 libnl-genl-3.0)", "-Wall", "-Wextra", "-O2"],
          # Memory that cannot be had is caught (node-gyp compiles without exceptions).
          "cflags_cc": ["-std=c++20", "-fexceptions"],
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
